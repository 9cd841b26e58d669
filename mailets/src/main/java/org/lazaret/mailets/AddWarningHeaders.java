package org.lazaret.mailets;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeUtility;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.mailet.Mail;
import org.lazaret.mailets.HeaderEdit.Field;
import org.lazaret.matchers.Examined;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.Settings.Distribution;
import org.lazaret.quarantine.Statistics;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;
import org.lazaret.scan.log.Log;

/**
 * Marks a mail that is delivered all the same: {@code X-Lazaret-Verdict} with score and findings, and as set {@code X-Distribution},
 * {@code X-Spam-Flag: YES} and a prefix of the subject, each put there once. Only header fields change, the body stays byte for byte.
 *
 * <p>Place: behind {@code ScanAttachments}, before delivery. Parameters, each with the setting as its default:
 * <ul>
 * <li>{@code distribution (warning.distribution)}: {@code none}, {@code bulk} or {@code spam}
 * <li>{@code spamFlag (warning.spam-flag)}: {@code true} or {@code false}
 * <li>{@code subjectPrefix (warning.subject-prefix)}: text; a space follows it where it has none at its end; empty for no prefix
 * </ul>
 *
 * <pre><code>
 * &lt;mailet match="org.lazaret.matchers.ActionIs=warn" class="org.lazaret.mailets.AddWarningHeaders"&gt;
 *     &lt;distribution&gt;bulk&lt;/distribution&gt;
 *     &lt;onMatchException&gt;lazaret-failed&lt;/onMatchException&gt;
 *     &lt;onMailetException&gt;lazaret-failed&lt;/onMailetException&gt;
 * &lt;/mailet&gt;
 * </code></pre>
 */
public class AddWarningHeaders extends StrictMailet {
    private static final Log LOGGER = Log.of(AddWarningHeaders.class);
    private static final int MAX_FINDINGS = 10;
    private static final String VERDICT = "X-Lazaret-Verdict";

    private final LiveSettings settings;
    private final Statistics statistics;
    private final Meters meters;
    private UnaryOperator<Settings.Warning> parameters = UnaryOperator.identity();

    @Inject
    public AddWarningHeaders(LiveSettings settings, Statistics statistics, Meters meters) {
        this.settings = settings;
        this.statistics = statistics;
        this.meters = meters;
    }

    @Override
    Set<String> parameters() {
        return Set.of("distribution", "spamFlag", "subjectPrefix");
    }

    @Override
    public void init() throws MessagingException {
        super.init();
        Optional<Distribution> distribution = parameter("distribution", AddWarningHeaders::distribution);
        Optional<Boolean> flag = parameter("spamFlag", AddWarningHeaders::flag);
        Optional<String> prefix = getInitParameterAsOptional("subjectPrefix");
        parameters = warning -> new Settings.Warning(distribution.orElse(warning.distribution()), flag.orElse(warning.spamFlag()),
            withSpace(prefix.orElse(warning.subjectPrefix())));
    }

    @Override
    void process(Mail mail) throws MessagingException, IOException {
        if (!(VerdictAttribute.get(mail) instanceof Examined.Judged judged)) {
            return;
        }
        Settings.Warning warning = parameters.apply(settings.get().warning());
        HeaderEdit.apply(mail, fields -> marked(fields, judged.verdictFor(Transit.recipients(mail)), warning));
        statistics.count(Statistics.Kind.WARNED, 1);
        meters.count(Meters.Count.WARNED);
        LOGGER.info("Mail {} from <{}> to {} is delivered with a warning", mail.getName(), Transit.sender(mail), Transit.recipients(mail));
    }

    /** What a parameter is read by. */
    @FunctionalInterface
    private interface Parser<T> {
        T parse(String text) throws MessagingException;
    }

    private <T> Optional<T> parameter(String name, Parser<T> parser) throws MessagingException {
        Optional<String> text = getInitParameterAsOptional(name);
        return text.isPresent() ? Optional.of(parser.parse(text.get())) : Optional.empty();
    }

    private List<Field> marked(List<Field> original, Verdict verdict, Settings.Warning warning) {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of(VERDICT, MimeUtility.fold(VERDICT.length() + 2, describe(verdict))));
        if (warning.distribution() != Distribution.NONE) {
            fields.add(Field.of("X-Distribution", warning.distribution() == Distribution.BULK ? "Bulk" : "Spam"));
        }
        if (warning.spamFlag()) {
            fields.add(Field.of("X-Spam-Flag", "YES"));
        }
        Set<String> replaced = fields.stream().map(Field::name).collect(Collectors.toSet());
        boolean hasSubject = false;
        for (Field field : original) {
            if (field.name().equals("subject")) {
                hasSubject = true;
                fields.add(prefixed(field, warning.subjectPrefix()));
            } else if (!replaced.contains(field.name())) {
                fields.add(field);
            }
        }
        if (!hasSubject && !warning.subjectPrefix().isEmpty()) {
            fields.add(Field.of("Subject", encoded("Subject", warning.subjectPrefix().strip())));
        }
        return fields;
    }

    private static Field prefixed(Field field, String prefix) {
        String subject = decoded(field.value());
        if (prefix.isEmpty() || subject.startsWith(prefix.strip())) {
            return field;
        }
        return Field.of("Subject", encoded("Subject", prefix + subject));
    }

    private static String reasons(Verdict verdict) {
        return verdict.obstacles().stream().map(Unscannable::reason).map(Keyword::of).distinct().collect(Collectors.joining(","));
    }

    /** {@code outcome; score=… ; finding ; finding}, a finding as {@code rule weight in where}; ASCII but for encoded words. */
    private static String describe(Verdict verdict) {
        String outcome = switch (verdict) {
            case Verdict.Scanned scanned -> "scanned";
            case Verdict.NotScannable unscannable -> "unscannable; reasons=" + reasons(unscannable);
            case Verdict.Failed failed -> "failed" + (failed.obstacles().isEmpty() ? "" : "; reasons=" + reasons(failed));
        };
        String findings = verdict.findings().stream()
            .limit(MAX_FINDINGS)
            .map(AddWarningHeaders::describe)
            .collect(Collectors.joining(" ; "));
        return outcome + "; score=" + verdict.score() + (findings.isEmpty() ? "" : " ; " + findings);
    }

    private static String describe(Finding finding) {
        String where = String.join(" > ", finding.path());
        return finding.rule() + " " + finding.weight() + (where.isEmpty() ? "" : " in " + word(shortened(where)));
    }

    private static String shortened(String where) {
        return where.length() > 100 ? where.substring(0, 99) + "…" : where;
    }

    /** RFC 2047: encoded words, or 8-bit text as it should not be but is. */
    private static String decoded(String raw) {
        String text = raw;
        if (raw.chars().anyMatch(c -> c > 0x7f)) {
            try {
                text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw.getBytes(StandardCharsets.ISO_8859_1))).toString();
            } catch (CharacterCodingException e) {
                text = raw;
            }
        }
        try {
            return MimeUtility.decodeText(text);
        } catch (UnsupportedEncodingException e) {
            return text;
        }
    }

    private static String encoded(String name, String text) {
        return MimeUtility.fold(name.length() + 2, word(text));
    }

    /** RFC 2047, where needed. Control characters, line ends above all, become spaces before: nothing can start a field. */
    private static String word(String text) {
        String clean = text.codePoints()
            .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
        try {
            return MimeUtility.encodeText(clean, "UTF-8", null);
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("UTF-8 is missing", e);
        }
    }

    private static Distribution distribution(String text) throws MessagingException {
        try {
            return Keyword.parse(Distribution.class, text.strip());
        } catch (IllegalArgumentException e) {
            throw new MessagingException("AddWarningHeaders distribution = " + text + ": allowed is " + e.getMessage(), e);
        }
    }

    private static boolean flag(String text) throws MessagingException {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new MessagingException("AddWarningHeaders spamFlag = " + text + ": allowed is true, false");
        };
    }

    /** James strips white space around parameters. */
    private static String withSpace(String prefix) {
        return prefix.isEmpty() || prefix.endsWith(" ") ? prefix : prefix + " ";
    }
}
