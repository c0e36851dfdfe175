/** Three secrets as `openssl rand -base64 32` makes them. They guard nothing. */
export const FIRST = "q1Jw0y6cF3nVb8Zr5TgXk2LmH9sPdQeRuAi4oWtYxCE=";
export const SECOND = "Zp7Kd3vBq9Xw1RfYt5LgJm2CnHs8uEoAi6TxQr4WyDk=";
export const THIRD = "mB4xT8qLz2Wj6RvYc1PnKf9HdGs3uEoAi7XtQr5CyDw=";
