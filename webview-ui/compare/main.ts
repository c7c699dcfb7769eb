import "./compare-page.ts";
