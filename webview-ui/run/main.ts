// Every tab's element is known from here on; only the open one is made.
import "../charts/charts-tab.ts";
import "../checkpoints/checkpoints-tab.ts";
import "../config/config-tab.ts";
import "../environment/environment-tab.ts";
import "../log/log-tab.ts";
import "../samples/samples-tab.ts";
import "./run-page.ts";
