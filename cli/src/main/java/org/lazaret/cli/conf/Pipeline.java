package org.lazaret.cli.conf;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code mailetcontainer.xml}: follows a mail from processor to processor as James would hand it on, and looks for a way on which it is
 * delivered before it was scanned or decided on, and for failures of Lazaret that lead to delivery, to a bounce or to nothing. Mailets and
 * matchers of others than James and Lazaret are taken to change nothing.
 */
final class Pipeline {
    static final String FILE = "mailetcontainer.xml";
    private static final String ROOT = "root";
    private static final String ERROR = "error";
    private static final String FAILED = "lazaret-failed";
    private static final Set<String> AT_FAILED_MATCH = Set.of("nomatch", "matchall");

    /** What was done with a mail when it comes to a step. */
    private record State(boolean cleaned, boolean scanned, String scannedIn, boolean quarantined, boolean warned) {
        static final State NEW = new State(false, false, "", false, false);

        State withCleaned() {
            return new State(true, scanned, scannedIn, quarantined, warned);
        }

        State withScanned(String where) {
            return new State(cleaned, true, where, quarantined, warned);
        }

        State withQuarantined() {
            return new State(cleaned, scanned, scannedIn, true, warned);
        }

        State withWarned() {
            return new State(cleaned, scanned, scannedIn, quarantined, true);
        }
    }

    private record Visit(String processor, State state) {
    }

    private final Remarks remarks;
    private final Repositories repositories;
    private final Map<String, List<Step>> processors = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Set<Visit> visited = new HashSet<>();
    private final Set<String> keepingChecked = new TreeSet<>();

    private Pipeline(Remarks remarks, Repositories repositories) {
        this.remarks = remarks;
        this.repositories = repositories;
    }

    /**
     * @param entry processor that notices and released mail enter
     * @param entryLine where that is set; 0 for nowhere
     */
    static void check(XmlElement root, Repositories repositories, Remarks remarks, String entry, int entryLine) {
        Pipeline pipeline = new Pipeline(remarks, repositories);
        pipeline.read(root);
        pipeline.checkProcessors(root.line());
        pipeline.processors.forEach((name, steps) -> steps.forEach(pipeline::checkFailures));
        pipeline.follow(ROOT, State.NEW);
        pipeline.checkEntry(entry, entryLine);
        root.first("spooler").flatMap(spooler -> spooler.first("errorRepository"))
            .ifPresent(repository -> repositories.check(repository.text(), FILE, repository.line(), remarks));
    }

    private void read(XmlElement root) {
        for (XmlElement processor : root.first("processors").map(all -> all.all("processor")).orElse(List.of())) {
            String name = processor.attribute("state").orElse("");
            if (name.isEmpty()) {
                remarks.fault(FILE, processor.line(), "a processor has an attribute state, its name");
                continue;
            }
            if (lines.putIfAbsent(name, processor.line()) != null) {
                remarks.fault(FILE, processor.line(), "the processor " + name + " is given twice, also in line " + lines.get(name)
                    + "; James takes the last one");
            }
            List<Step> steps = new ArrayList<>();
            checkMatchers(processor);
            for (XmlElement mailet : processor.all("mailet")) {
                checkMatch(mailet);
                Step step = Step.of(mailet);
                checkMailet(step);
                steps.add(step);
            }
            processors.put(name, steps);
        }
    }

    /** Those that are put together of others stand beside mailets, or in each other. */
    private void checkMatchers(XmlElement element) {
        for (XmlElement matcher : element.all("matcher")) {
            checkMatch(matcher);
            checkMatchers(matcher);
        }
    }

    private void checkMatch(XmlElement element) {
        Optional<String> match = element.attribute("match");
        Optional<String> inverted = element.attribute("notmatch");
        if (match.isPresent() && inverted.isPresent()) {
            remarks.fault(FILE, element.line(), "match and notmatch exclude each other");
        }
        for (String said : match.or(() -> inverted).stream().toList()) {
            int equals = said.indexOf('=');
            String name = equals < 0 ? said : said.substring(0, equals);
            if (name.startsWith(Parts.MATCHERS)) {
                Parts.refusalOfMatcher(name.substring(Parts.MATCHERS.length()), equals < 0 ? null : said.substring(equals + 1))
                    .ifPresent(refusal -> remarks.fault(FILE, element.line(), refusal));
            } else if (Parts.MATCHER_NAMES.contains(name)) {
                remarks.fault(FILE, element.line(), name + " is written " + Parts.MATCHERS + name + ": James looks for its own matchers otherwise");
            }
        }
    }

    private void checkMailet(Step step) {
        if (step.mailet().isEmpty()) {
            remarks.fault(FILE, step.line(), "a mailet has an attribute class");
        } else if (step.isOurs()) {
            Parts.refusalOfMailet(step.mailet().substring(Parts.MAILETS.length()), step.parameters())
                .ifPresent(refusal -> remarks.fault(FILE, step.line(), refusal));
        } else if (Parts.MAILET_NAMES.contains(step.mailet())) {
            remarks.fault(FILE, step.line(), step.mailet() + " is written " + Parts.MAILETS + step.mailet()
                + ": James looks for its own mailets otherwise");
        }
        if (step.mailet().equals("ToRepository")) {
            step.parameter("repositoryPath").ifPresentOrElse(path -> repositories.check(path, FILE, step.line(), remarks),
                () -> remarks.fault(FILE, step.line(), "ToRepository has a parameter repositoryPath"));
        }
    }

    /** What James itself asks for, and what nothing works without. */
    private void checkProcessors(int line) {
        for (String needed : List.of(ROOT, ERROR)) {
            if (!processors.containsKey(needed)) {
                remarks.fault(FILE, line, "there is no processor " + needed + ": James does not start without it");
            }
        }
        if (processors.getOrDefault("transport", List.of()).stream().noneMatch(step -> step.mailet().equals("RemoveMimeHeader") && step.isForAll()
            && List.of(step.parameter("name").orElse("").toLowerCase(Locale.ROOT).split("\\s*,\\s*")).contains("bcc"))) {
            remarks.fault(FILE, lines.getOrDefault("transport", line),
                "the processor transport has no RemoveMimeHeader for bcc and all mail: James does not start without it");
        }
        for (String needed : List.of("RemoveForgedHeaders", "ScanAttachments", "Quarantine")) {
            if (processors.values().stream().flatMap(List::stream).noneMatch(step -> step.is(needed))) {
                remarks.fault(FILE, line, Parts.MAILETS + needed + " is missing");
            }
        }
        if (processors.values().stream().flatMap(List::stream).noneMatch(step -> step.carriesOut("defer", "Defer"))) {
            remarks.hint(FILE, line, "nothing is deferred without ActionIs=defer and Defer: action.failed.after holds at once");
        }
    }

    private void checkFailures(Step step) {
        if (step.isOurs()) {
            String name = step.mailet().substring(Parts.MAILETS.length());
            Optional<String> then = step.parameter("onMailetException");
            if (then.isEmpty()) {
                remarks.fault(FILE, step.line(), name + " has no onMailetException: where it fails, mail goes to the processor " + ERROR
                    + "; write <onMailetException>" + FAILED + "</onMailetException>");
            } else if (then.get().equals("ignore")) {
                remarks.fault(FILE, step.line(), name + " with onMailetException ignore: where it fails, mail goes on to delivery");
            } else if (!then.get().equals("propagate")) {
                checkKeeping(then.get(), step.line());
            }
        }
        Optional<String> then = step.parameter("onMatchException");
        if (step.hasOurMatcher()) {
            String name = step.matcher().substring(Parts.MATCHERS.length());
            if (then.isEmpty() || then.get().equals("nomatch") || then.get().equals("matchall") && !step.is("Quarantine")) {
                String what = name + " has " + (then.isEmpty() ? "no onMatchException" : "onMatchException " + then.get())
                    + ": where it fails, mail goes on as if it " + (then.isPresent() && then.get().equals("matchall") ? "matched" : "did not match")
                    + "; write <onMatchException>" + FAILED + "</onMatchException>";
                if (step.asksForVerdict()) {
                    remarks.fault(FILE, step.line(), what);
                } else {
                    remarks.hint(FILE, step.line(), what);
                }
            } else if (!then.get().equals("propagate") && !then.get().equals("matchall")) {
                checkKeeping(then.get(), step.line());
            }
        } else {
            then.filter(name -> !AT_FAILED_MATCH.contains(name)).ifPresent(name -> checkExists(name, step.line()));
        }
        if (!step.isOurs()) {
            step.parameter("onMailetException").ifPresent(name -> checkExists(name, step.line()));
        }
    }

    private void checkExists(String processor, int line) {
        if (!processors.containsKey(processor) && !Set.of("ignore", "propagate").contains(processor)) {
            remarks.fault(FILE, line, "there is no processor " + processor);
        }
    }

    /** Where our failures lead, mail is kept: it was not examined, so it is neither delivered nor sent back, nor thrown away. */
    private void checkKeeping(String processor, int line) {
        checkExists(processor, line);
        if (processors.containsKey(processor) && keepingChecked.add(processor) && !keeps(processor, new HashSet<>())) {
            remarks.fault(FILE, lines.getOrDefault(processor, 0), "the processor " + processor + " does not put all mail into a repository: mail that"
                + " Lazaret failed on would be lost");
        }
    }

    private boolean keeps(String processor, Set<String> on) {
        if (!on.add(processor)) {
            return false;
        }
        for (Step step : processors.getOrDefault(processor, List.of())) {
            if (step.delivers() || step.bounces()) {
                remarks.fault(FILE, step.line(), step.mailet() + " in " + processor + ": mail that Lazaret failed on was not examined, and is neither"
                    + " delivered nor sent back");
            }
            if (step.keeps()) {
                step.parameter("repositoryPath").ifPresent(path -> repositories.hintWhereForgotten(path, FILE, step.line(), remarks));
            }
            boolean kept = step.keeps() || step.mailet().equals("ToProcessor") && keeps(step.parameter("processor").orElse(""), on);
            if (step.isForAll() && step.ends()) {
                return kept;
            }
        }
        return false;
    }

    private void follow(String processor, State coming) {
        if (!visited.add(new Visit(processor, coming))) {
            return;
        }
        State state = coming;
        for (Step step : processors.getOrDefault(processor, List.of())) {
            state = after(step, processor, state);
            if (step.mailet().equals("ToProcessor")) {
                String next = step.parameter("processor").orElse("");
                checkExists(next, step.line());
                follow(next, state);
            }
            if (step.isForAll() && step.ends()) {
                return;
            }
        }
    }

    /** What is known of a mail behind a step; notes what is wrong with the step being here. */
    private State after(Step step, String processor, State state) {
        if (step.asksForVerdict() && !state.scanned()) {
            remarks.fault(FILE, step.line(), step.matcher().substring(Parts.MATCHERS.length()) + " before ScanAttachments: there is no verdict yet");
        }
        if (step.is("RemoveForgedHeaders")) {
            if (state.scanned()) {
                remarks.fault(FILE, step.line(), "RemoveForgedHeaders after ScanAttachments: it stands first, or forged headers count and released"
                    + " mail is held again");
            }
            return onlyForSome(step, state.withCleaned());
        }
        if (step.is("ScanAttachments")) {
            if (!state.cleaned()) {
                remarks.fault(FILE, step.line(), "ScanAttachments without RemoveForgedHeaders before it: released mail is held again");
            }
            return onlyForSome(step, state.withScanned(processor));
        }
        if (step.is("AddWarningHeaders") && !state.scanned()) {
            remarks.fault(FILE, step.line(), "AddWarningHeaders before ScanAttachments: there is no verdict yet");
        }
        if (step.is("Defer") && state.scanned() && !state.scannedIn().equals(processor)) {
            remarks.fault(FILE, step.line(), "Defer in " + processor + ": mail comes back to this processor, so ScanAttachments has to be in it,"
                + " not in " + state.scannedIn());
        }
        if (step.carriesOut("quarantine", "Quarantine")) {
            return state.withQuarantined();
        }
        if (step.carriesOut("warn", "AddWarningHeaders")) {
            return state.withWarned();
        }
        if (step.delivers()) {
            delivering(step, state);
        }
        return state;
    }

    private void delivering(Step step, State state) {
        if (!state.scanned()) {
            remarks.fault(FILE, step.line(), step.mailet() + " before ScanAttachments: mail is delivered that was not scanned");
        } else if (!state.quarantined()) {
            remarks.fault(FILE, step.line(), step.mailet() + " without ActionIs=quarantine and Quarantine before it: mail is delivered that should be"
                + " held");
        } else if (!state.warned()) {
            remarks.hint(FILE, step.line(), step.mailet() + " without ActionIs=warn and AddWarningHeaders before it: suspicious mail is delivered"
                + " without a warning");
        }
    }

    private State onlyForSome(Step step, State state) {
        if (!step.isForAll()) {
            remarks.hint(FILE, step.line(), step.mailet().substring(Parts.MAILETS.length()) + " is for some mail only, by its matcher;"
                + " match=\"All\" is for all");
        }
        return state;
    }

    private void checkEntry(String entry, int entryLine) {
        String file = entryLine > 0 ? ConfCheck.SETTINGS : FILE;
        int line = entryLine > 0 ? entryLine : 0;
        if (!processors.containsKey(entry)) {
            remarks.fault(file, line, "queue.processor = " + entry + ": there is no such processor in " + FILE);
        } else if (!delivers(entry, new HashSet<>())) {
            remarks.fault(file, line, "queue.processor = " + entry + ": nothing delivers from there on; notices and released mail would not arrive");
        }
    }

    private boolean delivers(String processor, Set<String> on) {
        if (!on.add(processor)) {
            return false;
        }
        for (Step step : processors.getOrDefault(processor, List.of())) {
            // What others wrote may deliver, too.
            if (step.delivers() || step.mailet().contains(".") && !step.isOurs()
                || step.mailet().equals("ToProcessor") && delivers(step.parameter("processor").orElse(""), on)) {
                return true;
            }
            if (step.isForAll() && step.ends()) {
                return false;
            }
        }
        return false;
    }
}
