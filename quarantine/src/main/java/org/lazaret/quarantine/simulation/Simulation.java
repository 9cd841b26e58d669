package org.lazaret.quarantine.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.Correspondence;
import org.lazaret.policy.lists.HeaderAddresses;
import org.lazaret.policy.lists.Proof;
import org.lazaret.quarantine.release.Fields;
import org.lazaret.scan.Finding;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/**
 * Compares what is done with mail to what would be done: the settings of now to a draft; without a draft, what was done with mail that came to
 * what would be done now. Mail is scanned anew, so that new rules, lists and engines count. Safe for concurrent use.
 *
 * <p>What only the way through a server shows is not there: whether DKIM and SPF were proven (entries of the allow list that need a proof let
 * nothing through), how often the mail was deferred (as if never), and release markers (none).
 */
public final class Simulation {
    private static final int MAX_HEADER = 256 * 1024;
    private static final int MAX_SUBJECT = 1_000;
    private static final int NAMED = 8;

    private final Judge now;
    private final Optional<Judge> draft;

    public Simulation(Judge now, Optional<Judge> draft) {
        this.now = now;
        this.draft = draft;
    }

    /**
     * @param mail is read several times
     * @throws IOException when it cannot be read
     */
    public Row of(Case mail) throws IOException {
        Fields header = header(mail.message());
        Correspondence correspondence = new Correspondence(mail.envelope().sender(), addresses(header, "from"), addresses(header, "to"), Proof.NONE);
        Judge.Judgement first = now.judge(mail, correspondence, Optional.empty());
        Judge.Judgement last = first;
        Map<String, Decision> before = first.decisions();
        if (draft.isPresent()) {
            // What was not scanned, since an allow entry let it through, may have to be after all.
            boolean same = draft.get().scanner() == now.scanner() && first.verdict() != Verdict.Scanned.NO_ATTACHMENT;
            last = draft.get().judge(mail, correspondence, same ? Optional.of(first.verdict()) : Optional.empty());
        } else if (mail.done().isPresent()) {
            before = new LinkedHashMap<>();
            for (String recipient : mail.envelope().recipients()) {
                before.put(recipient, mail.done().get());
            }
        }
        return new Row(mail.label(), mail.envelope().sender(), subject(header), differences(before, last.decisions()), findings(last.verdict()));
    }

    private static List<Row.Difference> differences(Map<String, Decision> before, Map<String, Decision> after) {
        record Pair(Decision before, Decision after) {
        }

        Map<Pair, List<String>> alike = new LinkedHashMap<>();
        after.forEach((recipient, decision) ->
            alike.computeIfAbsent(new Pair(before.getOrDefault(recipient, decision), decision), any -> new ArrayList<>()).add(recipient));
        return alike.entrySet().stream().map(entry -> new Row.Difference(entry.getValue(), entry.getKey().before(), entry.getKey().after())).toList();
    }

    private static List<String> findings(Verdict verdict) {
        Stream<String> failure = verdict instanceof Verdict.Failed failed ? Stream.of("failed: " + failed.cause()) : Stream.empty();
        return Stream.of(failure,
                verdict.findings().stream().filter(finding -> !finding.weight().equals(Score.NONE)).map(Finding::rule),
                verdict.obstacles().stream().map(obstacle -> "unscannable: " + Keyword.of(obstacle.reason())))
            .flatMap(any -> any).distinct().limit(NAMED).toList();
    }

    private static HeaderAddresses addresses(Fields header, String name) {
        return HeaderAddresses.parse(header.all(name).stream().map(Fields.Field::value).map(Simulation::asUtf8).toList());
    }

    /** Fields are read as Latin-1. */
    private static String asUtf8(String raw) {
        String text = new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : raw;
    }

    private static String subject(Fields header) {
        String decoded = DecoderUtil.decodeEncodedWords(asUtf8(header.first("subject").orElse("")), DecodeMonitor.SILENT);
        return decoded.length() > MAX_SUBJECT ? decoded.substring(0, MAX_SUBJECT) : decoded;
    }

    private static Fields header(MessageSource message) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        message.writeTo(new OutputStream() {
            @Override
            public void write(int value) {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                head.write(bytes, from, Math.min(MAX_HEADER - head.size(), length));
            }
        });
        return Fields.parse(head.toByteArray());
    }
}
