package org.lazaret.policy.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

class VerdictCodecTest {
    private static final String CLEAN = "{\"v\":1,\"outcome\":\"scanned\",\"score\":0.0,\"findings\":[],\"attachments\":[]}";

    @Property(tries = 500, seed = "1")
    void fromJsonShouldGiveBackWhatToJsonWrote(@ForAll("verdicts") Verdict verdict) {
        assertThat(VerdictCodec.fromJson(VerdictCodec.toJson(verdict))).isEqualTo(verdict);
    }

    @Property(tries = 500, seed = "1")
    void toJsonShouldBeOneLineOfPrintableAscii(@ForAll("verdicts") Verdict verdict) {
        assertThat(VerdictCodec.toJson(verdict)).matches("[ -~]*");
    }

    @Property(tries = 500, seed = "1")
    void fromJsonShouldNeverTakeACutVerdict(@ForAll("verdicts") Verdict verdict, @ForAll int seed) {
        String json = VerdictCodec.toJson(verdict);
        String cut = json.substring(0, Math.floorMod(seed, json.length()));

        assertThatThrownBy(() -> VerdictCodec.fromJson(cut)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void toJsonShouldHaveTheDocumentedForm() {
        Verdict verdict = new Verdict.NotScannable(Score.of(8.5),
            List.of(new Finding("name.executable", Score.of(8.5), List.of("a.zip", "b.exe"), "b.exe", "")),
            List.of(new Attachment("a\r\nb\u202E.zip", "application/zip", "application/zip", 12, "ab", Score.of(8.5))),
            List.of(new Unscannable(Unscannable.Reason.ENCRYPTED, "zip entry", List.of("a.zip"))));

        assertThat(VerdictCodec.toJson(verdict)).isEqualTo("{\"v\":1,\"outcome\":\"not-scannable\",\"score\":8.5,"
            + "\"findings\":[{\"rule\":\"name.executable\",\"weight\":8.5,\"path\":[\"a.zip\",\"b.exe\"],\"evidence\":\"b.exe\",\"sha256\":\"\"}],"
            + "\"attachments\":[{\"name\":\"a\\r\\nb\\u202E.zip\",\"declaredType\":\"application/zip\",\"detectedType\":\"application/zip\","
            + "\"size\":12,\"sha256\":\"ab\",\"score\":8.5}],"
            + "\"obstacles\":[{\"reason\":\"ENCRYPTED\",\"detail\":\"zip entry\",\"path\":[\"a.zip\"]}]}");
    }

    @Test
    void fromJsonShouldReadAFailedVerdictWithoutObstacles() {
        assertThat(VerdictCodec.fromJson("{\"v\":1,\"outcome\":\"failed\",\"score\":0.0,\"findings\":[],\"attachments\":[],\"cause\":\"broken\"}"))
            .isEqualTo(new Verdict.Failed(Score.NONE, List.of(), List.of(), "broken"));
    }

    @Test
    void fromJsonShouldReadTheEmptyVerdict() {
        assertThat(VerdictCodec.fromJson(CLEAN)).isEqualTo(Verdict.Scanned.NO_ATTACHMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "null", "[]", "1", "\"scanned\"", "{}", CLEAN + "x", CLEAN + CLEAN,
        "{\"v\":2,\"outcome\":\"scanned\",\"score\":0.0,\"findings\":[],\"attachments\":[]}",
        "{\"v\":\"1\",\"outcome\":\"scanned\",\"score\":0.0,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"clean\",\"score\":0.0,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":0.0,\"findings\":[],\"attachments\":[],\"obstacles\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":0.0,\"score\":9.0,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":\"0.0\",\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":-1,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":10.1,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":1.23,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":1E999999999,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":1E-999999999,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":NaN,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":0.0,\"findings\":{},\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":0.0,\"findings\":[null],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":0.0,\"findings\":[]}",
        "{\"v\":1,\"outcome\":\"not-scannable\",\"score\":0.0,\"findings\":[],\"attachments\":[],\"obstacles\":[]}",
        "{\"v\":1,\"outcome\":\"not-scannable\",\"score\":0.0,\"findings\":[],\"attachments\":[],"
            + "\"obstacles\":[{\"reason\":\"TIRED\",\"detail\":\"\",\"path\":[]}]}",
        "{\"v\":1,\"outcome\":\"failed\",\"score\":0.0,\"findings\":[],\"attachments\":[]}",
        "{\"v\":1,\"outcome\":\"scanned\",\"score\":0.0,\"findings\":[],\"attachments\":[{\"name\":\"a\",\"declaredType\":\"b\","
            + "\"detectedType\":\"c\",\"size\":99999999999999999999,\"sha256\":\"\",\"score\":0.0}]}"})
    void fromJsonShouldRefuseAnythingElse(String json) {
        assertThatThrownBy(() -> VerdictCodec.fromJson(json)).isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<Verdict> verdicts() {
        Arbitrary<String> text = Arbitraries.strings().all().ofMaxLength(30);
        Arbitrary<Score> score = Arbitraries.integers().between(0, 100).map(Score::new);
        Arbitrary<List<String>> path = text.list().ofMaxSize(3);
        Arbitrary<Finding> finding = Combinators.combine(text, score, path, text, text).as(Finding::new);
        Arbitrary<Attachment> attachment = Combinators.combine(text, text, text, Arbitraries.longs(), text, score).as(Attachment::new);
        Arbitrary<Unscannable> obstacle = Combinators.combine(Arbitraries.of(Unscannable.Reason.values()), text, path).as(Unscannable::new);
        Arbitrary<List<Finding>> findings = finding.list().ofMaxSize(3);
        Arbitrary<List<Attachment>> attachments = attachment.list().ofMaxSize(3);
        return Arbitraries.oneOf(
            Combinators.combine(score, findings, attachments).as(Verdict.Scanned::new),
            Combinators.combine(score, findings, attachments, obstacle.list().ofMinSize(1).ofMaxSize(3)).as(Verdict.NotScannable::new),
            Combinators.combine(score, findings, attachments, obstacle.list().ofMaxSize(3), text).as(Verdict.Failed::new));
    }
}
