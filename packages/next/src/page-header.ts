/** In which the proxy tells pages which page they are: server components cannot ask. Read only as a place to come back to, and checked as every such place is. */
export const pageHeader = "x-refrain-page";
