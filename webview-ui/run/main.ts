import "./run-page.ts";
