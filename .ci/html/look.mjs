// Looks at pages as a reader does, in a real browser: nothing may be asked of the network, the
// policy of the page may not be broken, nothing may stick out sideways, every link must lead
// somewhere, the tables must add up to the JSON report or the manifest that lies beside the page, and axe-core may
// find no fault, in light and in dark. With `--broken` every page must be found faulty instead;
// with `--load` only the time that loading takes is actual.
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, executablePath, ...given] = process.argv.slice(2);
const isBroken = given.includes("--broken");
const isLoad = given.includes("--load");
const pages = given.filter((word) => !word.startsWith("--"));
const require = createRequire(`${folder}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };

/** Opens a page and notes what it asks for and complains of. */
async function open(file, colorScheme, size, faults) {
    const context = await browser.newContext({ colorScheme, viewport: SIZES[size] });
    const page = await context.newPage();
    const url = pathToFileURL(file).href;
    page.on("request", (request) => {
        if (request.url() !== url) faults.push(`asks for ${request.url()}`);
    });
    page.on("console", (message) => {
        if (message.type() === "error") faults.push(`console: ${message.text()}`);
    });
    page.on("dialog", (dialog) => {
        faults.push(`dialog: ${dialog.message()}`);
        dialog.dismiss();
    });
    const start = performance.now();
    await page.goto(url);
    const loaded = Math.round(performance.now() - start);
    return { context, page, loaded };
}

/** What sticks out of a page that is as wide as a phone, with all that can be opened open. */
function overflow() {
    for (const details of document.querySelectorAll("details")) details.open = true;
    const root = document.documentElement;
    const out = [...document.querySelectorAll("body *")].filter(
        (element) => !element.closest("svg, .w, .skip") && element.getBoundingClientRect().right > root.clientWidth + 1,
    );
    const faults = out.slice(0, 3).map((element) => `sticks out: ${element.outerHTML.slice(0, 120)}`);
    if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways by ${root.scrollWidth - root.clientWidth} px`);
    return faults;
}

/** Holds the page against itself and against the report that it was made of. */
function compare(report) {
    const faults = [];
    const same = (what, page, expected) => {
        if (JSON.stringify(page) !== JSON.stringify(expected)) faults.push(`${what}: ${page} instead of ${expected}`);
    };
    for (const link of document.querySelectorAll("[href], [src]")) {
        const target = link.getAttribute("href") ?? "";
        if (target.startsWith("reports/")) continue;
        if (!target.startsWith("#") || !document.getElementById(decodeURIComponent(target.slice(1)))) {
            faults.push(`leads nowhere: ${link.outerHTML.slice(0, 120)}`);
        }
    }
    if (!report) return faults.slice(0, 5);
    const anchors = (kind) => [...document.querySelectorAll(`[id^="${kind}-"]`)].map((e) => e.id.slice(kind.length + 1)).sort();
    same("gaps", anchors("gap"), report.gaps.map((gap) => gap.id).sort());
    same("risks", anchors("risk"), report.risks.map((row) => row.risk).sort());
    same("controls", anchors("control"), report.applicability.map((row) => row.control).sort());
    same("evidence", anchors("evidence"), report.evidence.map((row) => row.evidence).sort());
    const rows = (caption) => {
        const all = [...document.querySelectorAll("caption")].filter((e) => e.textContent.startsWith(caption));
        return all.flatMap((e) => [...e.parentElement.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent)));
    };
    const verdicts = ["effective", "unproven", "partial", "absent", "unknown", "excluded"];
    const whole = verdicts.map((verdict) => report.summary.cells[verdict]);
    for (const caption of ["Coverage by clause", "Coverage by wallet", "Coverage by family"]) {
        const sums = verdicts.map((_, at) => rows(caption).reduce((sum, row) => sum + Number(row.slice(-6)[at]), 0));
        same(caption, sums, whole);
    }
    same("ranked gaps", rows("Gaps of severity").map((row) => row[1]), report.gaps.map((gap) => gap.id));
    same("risks in the heat map", rows("Risks by families").length, report.risks.length);
    same("applicability", rows("Statement of applicability").map((row) => row[0]), report.applicability.map((row) => row.control));
    same("title", document.title.startsWith("Gap report: "), true);
    return faults.map((fault) => fault.slice(0, 300));
}

/** What an overview leads to, and its rows in order. */
function overview() {
    const cells = (caption, at) => {
        const found = [...document.querySelectorAll("caption")].find((e) => e.textContent.startsWith(caption));
        return [...(found?.parentElement.tBodies[0].rows ?? [])].map((row) => row.cells[at]);
    };
    return {
        links: [...document.querySelectorAll('[href^="reports/"]')].map((link) => link.getAttribute("href")),
        assessments: cells("Assessments, worst first", 0).map((cell) => cell.querySelector("code").textContent),
        faulty: cells("Invalid inputs", 0).map((cell) => cell.textContent),
        proven: cells("Assessments, worst first", 6).map((cell) => parseInt(cell.textContent)),
    };
}

/** Holds an overview against the manifest that lies beside it. */
function compareOverview(file, seen) {
    const manifest = JSON.parse(readFileSync(join(dirname(file), "manifest.json"), "utf8"));
    const faults = seen.links
        .filter((link) => !existsSync(join(dirname(file), decodeURIComponent(link))))
        .map((link) => `leads nowhere: ${link}`);
    const same = (what, page, expected) => {
        if (JSON.stringify(page) !== JSON.stringify(expected)) faults.push(`${what}: ${page} instead of ${expected}`);
    };
    same("links", new Set(seen.links).size, manifest.assessments.length);
    same("assessments", seen.assessments, manifest.assessments.map((member) => member.assessment));
    same("proven", seen.proven, manifest.assessments.map((member) => member.summary.proven.numerator));
    same("faulty", seen.faulty, manifest.faulty.map((input) => input.name));
    return faults;
}

async function look(file) {
    const faults = [];
    const beside = file.replace(/html$/, "json");
    const report = existsSync(beside) ? JSON.parse(readFileSync(beside, "utf8")) : undefined;
    const phone = await open(file, "light", "phone", faults);
    faults.push(...(await phone.page.evaluate(compare, report)));
    if (existsSync(join(dirname(file), "manifest.json"))) {
        faults.push(...compareOverview(file, await phone.page.evaluate(overview)));
    }
    faults.push(...(await phone.page.evaluate(overflow)));
    await phone.context.close();
    // A broken page has to be found out once, and axe-core takes a quarter of a minute.
    if (isBroken && faults.length > 0) return faults;
    for (const colorScheme of isBroken ? ["light"] : ["light", "dark"]) {
        const { context, page } = await open(file, colorScheme, "desk", faults);
        faults.push(...(await page.evaluate(overflow)));
        // What lies beyond the screen is not laid out until somebody scrolls there, so axe-core would
        // measure places that is invisible.
        await page.evaluate(() => document.querySelectorAll(".b").forEach((block) => {
            block.style.contentVisibility = "visible";
        }));
        // Through the debugger, so that the policy of the page stays in force.
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
            const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
            const result = await axe.run(document, { resultTypes: ["violations"], runOnly: tags });
            return result.violations.map(({ id, nodes }) => `${id}, ${nodes.length} times, first ${nodes[0].html.slice(0, 160)}: ${nodes[0].failureSummary.replace(/\s+/g, " ")}`);
        });
        faults.push(...violations.map((violation) => `axe, ${colorScheme}: ${violation}`));
        await context.close();
    }
    return faults;
}

let failed = false;
/** Checks a page, and reports what was found. */
async function actual(file) {
    if (isLoad) {
        const { context, loaded } = await open(file, "light", "desk", []);
        await context.close();
        return `${file}: ${(readFileSync(file).length / 1e6).toFixed(1)} MB, loaded in ${loaded} ms`;
    }
    const faults = await look(file);
    failed ||= isBroken ? faults.length === 0 : faults.length > 0;
    if (isBroken) {
        return faults.length === 0 ? `${file} is broken, and the check did not notice` : `${file}: noticed: ${faults[0]}`;
    }
    return [`${file}: ${faults.length} faults`, ...faults].join("\n  ");
}
// As many at a time as there are cores; actual in the order in which they were given.
const stories = [];
const waiting = pages.entries();
const looker = async () => {
    for (const [at, file] of waiting) stories[at] = await actual(file);
};
await Promise.all(Array.from({ length: isLoad ? 1 : availableParallelism() }, looker));
for (const story of stories) console.log(story);
await browser.close();
process.exit(failed ? 1 : 0);
