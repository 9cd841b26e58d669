package org.lazaret.quarantine.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.Action;
import org.lazaret.policy.Direction;
import org.lazaret.policy.lists.Author;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Field;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.index.JdbcEntryStore;
import org.lazaret.quarantine.index.SqliteDatabase;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Engines;

class SimulationTest {
    private static final String ANNA = "anna@example.org";
    private static final String BOB = "bob@example.org";
    private static final String MESSAGE = """
        From: Author <author@news.example>
        To: anna@example.org
        Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain

        see the attachment
        --b
        Content-Type: application/octet-stream
        Content-Disposition: attachment; filename="invoice.exe"
        Content-Transfer-Encoding: base64

        TVosIGFzIGl0IHdlcmU=
        --b--
        """.replace("\n", "\r\n");

    @TempDir
    Path folder;

    private LiveSettings settings;

    @BeforeEach
    void read() throws SettingsException {
        settings = LiveSettings.of(SettingsFile.parse("lazaret.properties", "notice.from = q@example.org\naction.suspicious = warn\n", folder));
    }

    private static Case mail(Optional<Score> heldWith) {
        return new Case("one.eml", new Envelope("sender@elsewhere.example", List.of(ANNA, BOB)), Direction.INBOUND,
            heldWith.map(score -> new Decision(score, Action.QUARANTINE)), MessageSource.of(MESSAGE.getBytes(StandardCharsets.UTF_8)));
    }

    private Row row(Map<String, String> draft, Optional<Lists> lists, Optional<Score> heldWith) throws Exception {
        try (Bench bench = Bench.of(settings, draft, Engines.none(), lists)) {
            return bench.simulation().of(mail(heldWith));
        }
    }

    @Test
    void rowShouldSayWhatIsDoneNowWithoutADraft() throws Exception {
        Row row = row(Map.of(), Optional.empty(), Optional.empty());

        assertThat(row.changes()).isFalse();
        assertThat(row.subject()).isEqualTo("Grüße");
        assertThat(row.findings()).isNotEmpty();
        assertThat(row.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.recipients()).containsExactly(ANNA, BOB);
            assertThat(difference.after().action()).isEqualTo(Action.QUARANTINE);
        });
    }

    @Test
    void rowShouldSayWhatADraftChangesAndForWhom() throws Exception {
        Row row = row(Map.of("for.bob@example.org.action.malicious", "warn"), Optional.empty(), Optional.empty());

        assertThat(row.changes()).isTrue();
        assertThat(row.differences()).hasSize(2);
        assertThat(row.differences().get(0).recipients()).containsExactly(ANNA);
        assertThat(row.differences().get(0).changes()).isFalse();
        assertThat(row.differences().get(1).recipients()).containsExactly(BOB);
        assertThat(row.differences().get(1).before().action()).isEqualTo(Action.QUARANTINE);
        assertThat(row.differences().get(1).after().action()).isEqualTo(Action.WARN);
    }

    @Test
    void draftShouldWinOverTheFile() throws Exception {
        Row row = row(Map.of("action.suspicious", "quarantine", "threshold.malicious", "10", "threshold.suspicious", "1"), Optional.empty(),
            Optional.empty());

        assertThat(row.differences().getFirst().after().action()).isEqualTo(Action.QUARANTINE);
        assertThat(settings.get().policy().everybody().inbound().suspicious()).isEqualTo(Action.WARN);
    }

    @Test
    void draftShouldCountInTheScanToo() throws Exception {
        Row row = row(Map.of("limits.entries", "1", "action.unscannable.over-limit", "permit"), Optional.empty(), Optional.empty());

        assertThat(row.findings()).contains("unscannable: over-limit");
    }

    @Test
    void rowShouldCompareWithWhatWasDoneWhenTheMailIsHeldAndThereIsNoDraft() throws Exception {
        Row row = row(Map.of(), Optional.empty(), Optional.of(Score.of(3)));

        assertThat(row.differences().getFirst().before()).isEqualTo(new Decision(Score.of(3), Action.QUARANTINE));
        assertThat(row.differences().getFirst().after().score().atLeast(Score.of(4))).isTrue();
    }

    @Test
    void listsShouldCount() throws Exception {
        try (SqliteDatabase database = new SqliteDatabase(folder.resolve("index.db"))) {
            Lists lists = new Lists(new JdbcEntryStore(database, Clock.systemUTC()), () -> settings.get().lists(), Clock.systemUTC());
            lists.add(new Draft(Effect.BLOCK, Field.HEADER_FROM, "news.example", BOB, Optional.empty(), "phishing"), new Author("x", ""));

            Row row = row(Map.of("threshold.malicious", "10"), Optional.of(lists), Optional.empty());

            assertThat(row.differences()).filteredOn(difference -> difference.recipients().contains(BOB)).singleElement()
                .satisfies(difference -> assertThat(difference.after().score()).isEqualTo(Score.WORST));
        }
    }

    @Test
    void draftShouldBeRefusedWhenItIsNotAllowed() {
        assertThatThrownBy(() -> row(Map.of("action.malicious", "burn"), Optional.empty(), Optional.empty()))
            .isInstanceOf(SettingsException.class).hasMessageContaining("The draft").hasMessageContaining("burn");
        assertThatThrownBy(() -> row(Map.of("action.evil", "warn"), Optional.empty(), Optional.empty())).isInstanceOf(SettingsException.class);
    }

    @Test
    void totalsShouldCountMailsByWhatBecomesOfThem() throws Exception {
        Totals totals = new Totals();
        totals.add(row(Map.of(), Optional.empty(), Optional.empty()));
        totals.add(row(Map.of("for.bob@example.org.action.malicious", "warn"), Optional.empty(), Optional.empty()));
        totals.addUnread();

        assertThat(totals.mails()).isEqualTo(2);
        assertThat(totals.changed()).isEqualTo(1);
        assertThat(totals.unread()).isEqualTo(1);
        assertThat(totals.actions()).isEqualTo(Map.of("quarantine → quarantine", 2L, "quarantine → warn", 1L));
    }
}
