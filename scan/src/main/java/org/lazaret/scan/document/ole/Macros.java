package org.lazaret.scan.document.ole;

import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;

/** Turns what Basic code would do into findings; the same scale for VBA, StarBasic and what is carved out of damaged files. */
public final class Macros {
    private Macros() {
    }

    /** Reports source and compiled form of a project; an empty project is no finding. */
    public static void judge(Item item, VbaProject project, Examination examination) {
        MacroReading reading = MacroReading.of(project.source());
        if (!reading.empty()) {
            report(item, reading, examination);
        }
        if (!project.present()) {
            return;
        }
        MacroReading compiled = MacroReading.ofCompiled(project.compiled());
        boolean more = !compiled.automatic().isEmpty() && reading.automatic().isEmpty() && !compiled.acts().isEmpty() && reading.acts().isEmpty();
        if (more) {
            examination.finding(item, "office.vba.stomped", compiled.evidence());
        } else if (!project.sourceless().isEmpty() && project.modules().isEmpty()) {
            examination.finding(item, "office.vba.stomped", "no source: " + String.join(", ", project.sourceless()));
        }
    }

    /** Reports Basic source of any dialect. */
    public static void judge(Item item, String source, Examination examination) {
        MacroReading reading = MacroReading.of(source);
        if (!reading.empty()) {
            report(item, reading, examination);
        }
    }

    private static void report(Item item, MacroReading reading, Examination examination) {
        boolean runs = !reading.automatic().isEmpty();
        boolean acts = !reading.acts().isEmpty();
        String rule = runs && (acts || reading.hidden()) ? "office.vba.autoexec"
            : runs ? "office.vba.auto"
            : acts || reading.hidden() ? "office.vba.calls" : "office.vba";
        examination.finding(item, rule, reading.evidence());
    }
}
