package org.lazaret.portal.view;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.lazaret.policy.language.Numbers;
import org.lazaret.policy.language.Texts;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/** Puts records into words. At most {@value #MAX_ATTACHMENTS} attachments and {@value #MAX_FINDINGS} findings of each are listed. */
public final class Views {
    static final int MAX_ATTACHMENTS = 100;
    static final int MAX_FINDINGS = 20;
    /** The state that most needs somebody comes first. */
    private static final List<State> URGENCY = List.of(State.REQUESTED, State.HELD, State.DENIED, State.RELEASING, State.RELEASED, State.DELETED,
        State.EXPIRED);

    private final Texts t;
    private final UnaryOperator<String> sentences;
    private final Score maliciousFrom;
    private final Score suspiciousFrom;
    private final DateTimeFormatter dates;
    private final DateTimeFormatter shortDates;
    private final DateTimeFormatter times;
    private final DateTimeFormatter exactDates;

    /**
     * @param sentences the sentence of a rule's id
     */
    public Views(Texts t, UnaryOperator<String> sentences, Score maliciousFrom, Score suspiciousFrom, ZoneId zone) {
        this.t = t;
        this.sentences = sentences;
        this.maliciousFrom = maliciousFrom;
        this.suspiciousFrom = suspiciousFrom;
        this.dates = DateTimeFormatter.ofPattern(t.say("date.format"), t.language().locale()).withZone(zone);
        this.times = DateTimeFormatter.ofPattern(t.say("date.time"), t.language().locale()).withZone(zone);
        this.exactDates = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", t.language().locale()).withZone(zone);
        this.shortDates = DateTimeFormatter.ofPattern(t.say("date.short"), t.language().locale()).withZone(zone);
    }

    public MailView mail(HeldMail mail) {
        Verdict verdict = mail.verdict();
        List<AttachmentView> attachments = new ArrayList<>();
        List<Finding> rest = new ArrayList<>(verdict.findings());
        for (Attachment attachment : verdict.attachments().stream().limit(MAX_ATTACHMENTS).toList()) {
            List<Finding> own = rest.stream().filter(finding -> isAbout(finding, attachment)).toList();
            rest.removeAll(own);
            attachments.add(attachment(attachment, own, isChecked(attachment, verdict)));
        }
        return new MailView(mail.id().value(), subject(mail), SenderView.of(mail.from()), Shown.line(mail.envelope().sender()),
            date(mail.received()), mail.received().toString(), size(mail.size()), score(verdict), headline(verdict), attachments,
            Math.max(0, verdict.attachments().size() - MAX_ATTACHMENTS), findings(rest), obstacles(verdict), recipients(mail));
    }

    private static boolean isAbout(Finding finding, Attachment attachment) {
        return !finding.path().isEmpty() && finding.path().get(0).equals(attachment.name());
    }

    private static boolean isChecked(Attachment attachment, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Scanned scanned -> true;
            case Verdict.NotScannable not -> not.obstacles().stream()
                .noneMatch(obstacle -> obstacle.path().isEmpty() || obstacle.path().get(0).equals(attachment.name()));
            case Verdict.Failed failed -> false;
        };
    }

    private AttachmentView attachment(Attachment attachment, List<Finding> findings, boolean checked) {
        String mismatch = attachment.detectedType().equals(attachment.declaredType()) || attachment.declaredType().isEmpty()
            || attachment.declaredType().equals("application/octet-stream") ? "" : typeWords(attachment.declaredType());
        String type = typeWords(attachment.detectedType());
        Shown name = attachment.name().isBlank() ? Shown.line(t.say("attachment.unnamed")) : Shown.line(attachment.name());
        return new AttachmentView(name, type, mismatch.equals(type) ? "" : mismatch, size(attachment.size()), attachment.sha256(),
            score(attachment.score(), checked), findings(findings));
    }

    private FindingsView findings(List<Finding> findings) {
        List<Finding> worst = findings.stream().sorted(Comparator.comparing(Finding::weight).reversed()).limit(MAX_FINDINGS).toList();
        return new FindingsView(worst.stream().map(finding -> meaning(finding.rule())).distinct().toList(), worst.stream()
            .map(finding -> new FindingView(sentences.apply(finding.rule()), finding.rule(),
                Shown.line(finding.path().size() > 1 ? finding.where() : "", 500), Shown.line(finding.evidence())))
            .toList());
    }

    /** What a rule means to people: of its family and kind, as far as there is a sentence for it. */
    private String meaning(String rule) {
        String kind = rule;
        while (!t.knows("finding." + kind)) {
            int point = kind.lastIndexOf('.');
            if (point < 0) {
                return t.say("finding.other");
            }
            kind = kind.substring(0, point);
        }
        return t.say("finding." + kind);
    }

    private List<Shown> obstacles(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Scanned scanned -> List.of();
            case Verdict.NotScannable not -> not.obstacles().stream().limit(MAX_FINDINGS).map(this::obstacle).toList();
            case Verdict.Failed failed -> Stream.concat(Stream.of(Shown.line(t.say("obstacle.failed"))),
                failed.obstacles().stream().limit(MAX_FINDINGS).map(this::obstacle)).toList();
        };
    }

    private Shown obstacle(Unscannable obstacle) {
        String where = String.join(" › ", obstacle.path());
        String words = t.say("obstacle." + obstacle.reason().name().toLowerCase(Locale.ROOT));
        return Shown.line(where.isEmpty() ? words : where + ": " + words, 500);
    }

    private List<RecipientView> recipients(HeldMail mail) {
        boolean requested = mail.states().containsValue(State.REQUESTED);
        return mail.envelope().recipients().stream()
            .map(address -> {
                State state = mail.states().getOrDefault(address, State.HELD);
                return new RecipientView(address, Shown.line(address), state(state), isOpen(state),
                    isOpen(state) && (state == State.REQUESTED || !requested));
            })
            .toList();
    }

    /** Whether an administrator can still decide. */
    public static boolean isOpen(State state) {
        return state.allows(State.RELEASING) || state.allows(State.DELETED);
    }

    public RowView row(HeldMail mail, String href) {
        Map<String, State> states = mail.states();
        State first = URGENCY.stream().filter(states::containsValue).findFirst().orElse(State.HELD);
        long count = states.values().stream().filter(state -> state == first).count();
        StateView state = state(first);
        return row(mail, href, count == states.size() ? state
            : new StateView(state.name(), t.say("state.some", state.words(), count, states.size())),
            states.values().stream().anyMatch(Views::isOpen));
    }

    public RowView row(HeldMail mail, String href, StateView state, boolean open) {
        List<String> recipients = mail.envelope().recipients();
        String recipient = recipients.size() == 1 ? recipients.get(0) : t.say("list.recipients", recipients.get(0), recipients.size() - 1);
        String attachment = mail.verdict().attachments().stream().max(Comparator.comparing(Attachment::score)).map(Attachment::name).orElse("");
        return new RowView(mail.id().value(), href, subject(mail), SenderView.of(mail.from().isBlank() ? mail.envelope().sender() : mail.from()),
            Shown.line(recipient), shortDates.format(mail.received()), mail.received().toString(), Shown.line(attachment, 120), size(mail.size()),
            score(mail.verdict()), state, open);
    }

    private Shown subject(HeldMail mail) {
        Shown subject = Shown.line(mail.subject());
        return subject.isEmpty() ? Shown.line(t.say("mail.no-subject")) : subject;
    }

    public StateView state(State state) {
        String name = state.name().toLowerCase(Locale.ROOT);
        return new StateView(name, t.say("state." + name));
    }

    private ScoreView score(Verdict verdict) {
        return score(verdict.score(), verdict instanceof Verdict.Scanned);
    }

    /** What was not fully looked at is never called harmless. */
    private ScoreView score(Score score, boolean checked) {
        String level = score.atLeast(maliciousFrom) ? "high" : score.atLeast(suspiciousFrom) ? "medium"
            : !checked ? "unknown" : score.equals(Score.NONE) ? "none" : "low";
        return new ScoreView(Numbers.decimal(score.toString(), t.language()), level, t.say("score." + level));
    }

    private String headline(Verdict verdict) {
        if (verdict.score().atLeast(maliciousFrom)) {
            return t.say("headline.high");
        }
        return switch (verdict) {
            case Verdict.Scanned scanned -> t.say(scanned.score().atLeast(suspiciousFrom) ? "headline.medium" : "headline.low");
            case Verdict.NotScannable not -> t.say("headline.unscannable");
            case Verdict.Failed failed -> t.say("headline.failed");
        };
    }

    private String typeWords(String type) {
        String key = "type." + type;
        return t.knows(key) ? t.say(key) : Shown.line(type, 100).toString();
    }

    /** The header Date in our words and zone; as it is when it is no date. */
    public Shown sent(String date) {
        try {
            return Shown.line(date(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.replaceAll("\\s*\\(.*", "")))));
        } catch (DateTimeException e) {
            return Shown.line(date);
        }
    }

    /** A time in lists. */
    public String shortDate(Instant instant) {
        return shortDates.format(instant);
    }

    /** A time to the second. */
    public String exactDate(Instant instant) {
        return exactDates.format(instant);
    }

    public String role(String role) {
        return t.say("admin.role." + role);
    }

    /** What a rule means. */
    public String sentence(String rule) {
        return sentences.apply(rule);
    }

    public String unnamed() {
        return t.say("attachment.unnamed");
    }

    /** The time of a day. */
    public String time(Instant instant) {
        return times.format(instant);
    }

    public String date(Instant instant) {
        return dates.format(instant);
    }

    public String size(long bytes) {
        return Numbers.size(bytes, t.language());
    }
}
