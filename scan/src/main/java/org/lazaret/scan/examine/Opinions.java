package org.lazaret.scan.examine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Rules;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.engine.Answer;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.engine.Result;
import org.lazaret.scan.engine.Sample;
import org.lazaret.scan.examine.MailExamination.Outcome;
import org.lazaret.scan.examine.VerdictCache.Seen;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.type.Types;

/**
 * What the engines say of one mail, in the terms of a verdict: hits are findings, what an engine cannot judge is an obstacle, and an engine
 * that gave no answer fails the scan when it is required and is noted when it is not. For one thread.
 */
public final class Opinions implements AutoCloseable {
    private final Engines engines;
    private final Rules rules;
    private final Engines.Round round;
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Map<String, String> absences = new LinkedHashMap<>();

    public Opinions(Engines engines, Rules rules) {
        this.engines = engines;
        this.rules = rules;
        this.round = engines.round();
    }

    /**
     * Has the engines begin to look at a content.
     *
     * @return whether they do, so that it must stay readable
     */
    public boolean ask(String name, Content content) {
        if (!engines.askAboutContents() || content.size() == 0) {
            return false;
        }
        round.ask(new Sample(name, Types.primary(MailExamination.types(content, name)).mediaType(), content));
        return true;
    }

    /** Waits for what engines and lists say of what was seen in an attachment, and adds that to a copy of what is known of it. */
    public Outcome with(Outcome known, List<Seen> seen) {
        if (!engines.askAboutContents() && !engines.askAboutHashes()) {
            return known;
        }
        Outcome outcome = new Outcome();
        for (Seen one : seen) {
            round.results(one.sha256()).forEach(result -> add(outcome, one, result));
            engines.look(one.sha256()).forEach(result -> add(outcome, one, result));
        }
        outcome.add(known);
        return outcome;
    }

    private void add(Outcome outcome, Seen seen, Result result) {
        List<String> path = seen.path().stream().map(MailExamination::cut).toList();
        switch (result) {
            case Result.Failed failed -> (failed.required() ? failures : absences).putIfAbsent(failed.engine(), failed.why());
            case Result.Answered answered -> {
                switch (answered.answer()) {
                    case Answer.Clean clean -> { }
                    case Answer.Unable unable -> outcome.add(
                            new Unscannable(Reason.OVER_ENGINE_LIMIT, MailExamination.cut(answered.engine() + ": " + unable.why()), path));
                    case Answer.Harmful harmful -> harmful.hits().forEach(hit -> finding(outcome, answered.engine(), hit, path, seen.sha256()));
                }
            }
        }
    }

    private void finding(Outcome outcome, String engine, Answer.Hit hit, List<String> path, String sha256) {
        Rules.Rule rule = rules.rule("engine.signature");
        String evidence = engine + ": " + hit.signature() + (hit.description().isEmpty() ? "" : " (" + hit.description() + ")");
        outcome.add(new Finding(rule.id(), hit.weight(), path, evidence, sha256), rule.family());
    }

    /** What concerns no attachment in particular: engines that may be missing, and were. Complete when all attachments are. */
    public Outcome ofTheMail() {
        Outcome outcome = new Outcome();
        Rules.Rule rule = rules.rule("engine.unavailable");
        absences.forEach((engine, why) -> outcome.add(new Finding(rule.id(), rule.weight(), List.of(), engine + ": " + why, ""), rule.family()));
        return outcome;
    }

    /** The required engines that gave no answer, each with its first reason; empty when there is none. Complete as above. */
    public Optional<String> failure() {
        return failures.isEmpty() ? Optional.empty() : Optional.of(failures.entrySet().stream()
                .map(failure -> "engine " + failure.getKey() + ": " + failure.getValue())
                .collect(Collectors.joining("; ")));
    }

    @Override
    public void close() {
        round.close();
    }
}
