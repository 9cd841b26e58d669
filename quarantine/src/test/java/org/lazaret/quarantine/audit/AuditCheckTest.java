package org.lazaret.quarantine.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.audit.AuditCheck.Damage;

class AuditCheckTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final RecordId RECORD = new RecordId("0123456789abcdef0123456789abcdef");
    private static final int LENGTH = 10;

    @Test
    void hashShouldBeOfTheDocumentedForm() throws Exception {
        AuditEntry entry = new AuditEntry(NOW.plusNanos(1_234_567), new Actor(Actor.Role.RECIPIENT, "alice@example.org", "192.0.2.1"), "requested",
            Optional.of(RECORD), List.of("alice@example.org", "böb@example.org"), "\"why\"\\ \u0001\n\t\u007f € \uD83D\uDE00");

        ChainedEntry link = ChainedEntry.after(ChainedEntry.FIRST, 1, entry, "ab".repeat(32));

        String canonical = "{\"action\":\"requested\",\"actor\":\"alice@example.org\",\"address\":\"192.0.2.1\",\"at\":\"2026-11-23T12:00:00.001Z\","
            + "\"detail\":\"\\\"why\\\"\\\\ \\u0001\\n\\t\u007f € \uD83D\uDE00\",\"previous\":\"" + "0".repeat(64) + "\","
            + "\"recipients\":[\"alice@example.org\",\"böb@example.org\"],\"record\":\"" + RECORD + "\",\"role\":\"RECIPIENT\",\"sequence\":1,"
            + "\"sha256\":\"" + "ab".repeat(32) + "\"}";
        assertThat(link.hash()).isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
            .digest(canonical.getBytes(StandardCharsets.UTF_8))));
        assertThat(new JsonMapper().readTree(link.toJson()).path("detail").asText()).isEqualTo(entry.detail());
    }

    @Test
    void entryShouldReplaceWhatDatabasesDoNotKeep() {
        AuditEntry entry = new AuditEntry(NOW, new Actor(Actor.Role.SYSTEM, "a\0", ""), "held", Optional.empty(), List.of("b\uD800"),
            "c\uDC00d\uD83D\uDE00");

        assertThat(entry.actor().name()).isEqualTo("a\uFFFD");
        assertThat(entry.recipients()).containsExactly("b\uFFFD");
        assertThat(entry.detail()).isEqualTo("c\uFFFDd\uD83D\uDE00");
    }

    @Test
    void checkShouldFindAWholeChainIntactWhateverTheClockDid() throws Exception {
        List<ChainedEntry> chain = chain();

        AuditCheck check = check(chain, Optional.of(head(chain, 4)));

        assertThat(check).isEqualTo(new AuditCheck.Intact(head(chain, LENGTH)));
        assertThat(check(List.of(), Optional.empty())).isEqualTo(new AuditCheck.Intact(AuditHead.NONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, LENGTH})
    void checkShouldNameTheLinkThatWasChanged(int sequence) throws Exception {
        List<ChainedEntry> chain = chain();
        ChainedEntry link = chain.get(sequence - 1);
        chain.set(sequence - 1, new ChainedEntry(link.sequence(), link.entry().withRecipients(List.of("eve@example.org")), link.sha256(),
            link.previous(), link.hash()));

        assertBroken(check(chain, Optional.empty()), sequence, Damage.CHANGED);
    }

    @Test
    void checkShouldNameTheFirstLinkThatIsMissing() throws Exception {
        List<ChainedEntry> chain = chain();
        chain.subList(3, 5).clear();
        List<ChainedEntry> beheaded = chain();
        beheaded.remove(0);

        assertBroken(check(chain, Optional.empty()), 4, Damage.REMOVED);
        assertBroken(check(beheaded, Optional.empty()), 1, Damage.REMOVED);
    }

    @Test
    void checkShouldNameALinkThatWasPutInPlaceOfAnotherWithAHashOfItsOwn() throws Exception {
        List<ChainedEntry> chain = chain();
        chain.set(4, ChainedEntry.after(chain.get(3).hash(), 5, entry("forged"), ""));
        List<ChainedEntry> alone = chain();
        alone.set(4, ChainedEntry.after(ChainedEntry.FIRST, 5, entry("forged"), ""));

        assertBroken(check(chain, Optional.empty()), 6, Damage.INSERTED);
        assertBroken(check(alone, Optional.empty()), 5, Damage.INSERTED);
    }

    @Test
    void checkShouldNameALinkInTheWrongPlace() throws Exception {
        List<ChainedEntry> swapped = chain();
        Collections.swap(swapped, 4, 5);
        List<ChainedEntry> twice = chain();
        twice.add(5, twice.get(4));

        assertBroken(check(swapped, Optional.empty()), 5, Damage.REMOVED);
        assertBroken(check(twice, Optional.empty()), 5, Damage.REORDERED);
    }

    @Test
    void checkShouldSeeAMissingTailByAKnownHeadAlone() throws Exception {
        List<ChainedEntry> chain = chain();
        AuditHead head = head(chain, LENGTH);
        List<ChainedEntry> cut = chain.subList(0, 7);

        assertBroken(check(cut, Optional.of(head)), 8, Damage.TRUNCATED);
        assertThat(check(cut, Optional.empty())).isInstanceOf(AuditCheck.Intact.class);
    }

    @Test
    void checkShouldSeeAChainThatWasMadeAnewByAKnownHead() throws Exception {
        List<ChainedEntry> chain = chain();
        AuditHead known = head(chain, 8);
        List<ChainedEntry> anew = new ArrayList<>(chain.subList(0, 5));
        while (anew.size() < LENGTH) {
            anew.add(ChainedEntry.after(anew.getLast().hash(), anew.size() + 1, entry("anew"), ""));
        }

        assertBroken(check(anew, Optional.of(known)), 8, Damage.CHANGED);
    }

    @Test
    void endShouldCheckTheLastLinksByThemselves() {
        List<ChainedEntry> chain = chain();
        List<ChainedEntry> last = chain.subList(LENGTH - 3, LENGTH);
        List<ChainedEntry> hole = List.of(chain.get(LENGTH - 3), chain.get(LENGTH - 1));
        ChainedEntry changed = new ChainedEntry(LENGTH, entry("changed"), "", chain.get(LENGTH - 1).previous(), chain.get(LENGTH - 1).hash());

        assertThat(AuditCheck.end(last, head(chain, LENGTH))).isEmpty();
        assertThat(AuditCheck.end(chain.subList(LENGTH - 5, LENGTH - 2), head(chain, LENGTH))).isEmpty();
        assertThat(AuditCheck.end(List.of(), AuditHead.NONE)).isEmpty();
        assertBroken(AuditCheck.end(hole, head(chain, LENGTH)).orElseThrow(), LENGTH, Damage.INSERTED);
        assertBroken(AuditCheck.end(List.of(changed), head(chain, LENGTH)).orElseThrow(), LENGTH, Damage.CHANGED);
        assertBroken(AuditCheck.end(last, head(chain, LENGTH - 1)).orElseThrow(), LENGTH, Damage.CHANGED);
    }

    @Test
    void endShouldCompareWithTheKeepersHead() {
        List<ChainedEntry> chain = chain();

        assertThat(walk(chain).end(Optional.of(head(chain, LENGTH)))).isInstanceOf(AuditCheck.Intact.class);
        assertBroken(walk(chain.subList(0, 7)).end(Optional.of(head(chain, LENGTH))), 8, Damage.TRUNCATED);
        assertBroken(walk(chain).end(Optional.of(head(chain, 7))), 8, Damage.INSERTED);
        assertBroken(walk(chain).end(Optional.of(new AuditHead(LENGTH, "1".repeat(64)))), LENGTH, Damage.CHANGED);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "{}", "null", "[", "\"\"", "{\"action\":1}"})
    void checkShouldRefuseALineThatIsNoLink(String line) throws Exception {
        String file = lines(chain()).replaceFirst("\n", "\n" + line + "\n");

        assertBroken(AuditFile.check(new BufferedReader(new StringReader(file)), Optional.empty()), 2, Damage.CHANGED);
    }

    @Test
    void checkShouldRefuseALineInAnyOtherForm() throws Exception {
        String file = lines(chain());

        for (String other : List.of(file.replaceFirst(",", ", "), file.replaceFirst("\\{", "{\"x\":1,"), file.replaceFirst("held", "h\\\\u0065ld"),
            file.replaceFirst("\\.000Z", "Z"))) {
            assertThat(other).isNotEqualTo(file);
            assertBroken(AuditFile.check(new BufferedReader(new StringReader(other)), Optional.empty()), 1, Damage.CHANGED);
        }
    }

    private static List<ChainedEntry> chain() {
        List<ChainedEntry> chain = new ArrayList<>();
        String previous = ChainedEntry.FIRST;
        for (int sequence = 1; sequence <= LENGTH; sequence++) {
            AuditEntry entry = new AuditEntry(NOW.minusSeconds(sequence % 3 * 1_000L), new Actor(Actor.Role.ADMINISTRATOR, "admin@a.example", "::1"),
                "held", Optional.of(RECORD), List.of("alice@example.org"), "entry " + sequence);
            chain.add(ChainedEntry.after(previous, sequence, entry, "00".repeat(32)));
            previous = chain.getLast().hash();
        }
        return chain;
    }

    private static AuditEntry entry(String action) {
        return new AuditEntry(NOW, new Actor(Actor.Role.SYSTEM, "lazaret", ""), action, Optional.empty(), List.of(), "");
    }

    private static AuditHead head(List<ChainedEntry> chain, int sequence) {
        return new AuditHead(sequence, chain.get(sequence - 1).hash());
    }

    private static AuditCheck.Walk walk(List<ChainedEntry> chain) {
        AuditCheck.Walk walk = new AuditCheck.Walk(Optional.empty());
        chain.forEach(walk::next);
        return walk;
    }

    private static String lines(List<ChainedEntry> chain) {
        return chain.stream().map(link -> link.toJson() + "\n").collect(Collectors.joining());
    }

    private static AuditCheck check(List<ChainedEntry> chain, Optional<AuditHead> known) throws IOException {
        return AuditFile.check(new BufferedReader(new StringReader(lines(chain))), known);
    }

    private static void assertBroken(AuditCheck check, long sequence, Damage damage) {
        assertThat(check).isInstanceOfSatisfying(AuditCheck.Broken.class, broken -> {
            assertThat(broken.sequence()).isEqualTo(sequence);
            assertThat(broken.damage()).isEqualTo(damage);
            assertThat(broken.explanation()).isNotEmpty();
        });
    }
}
