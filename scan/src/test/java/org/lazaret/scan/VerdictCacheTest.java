package org.lazaret.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.examine.Analysers;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

class VerdictCacheTest {
    private final AtomicInteger analysed = new AtomicInteger();

    @Test
    void scanShouldNotAnalyseAgainWhenTheSameAttachmentComes() {
        Scanner scanner = scanner((item, examination) -> examination.finding(item, "engine.eicar", "x"));
        Verdict first = scan(scanner, "a.txt", "text/plain");

        Verdict second = scan(scanner, "a.txt", "text/plain");

        assertThat(second).isEqualTo(first);
        assertThat(analysed).hasValue(1);
    }

    @Test
    void scanShouldAnalyseAgainWhenTheNameDiffers() {
        Scanner scanner = scanner((item, examination) -> { });
        scan(scanner, "a.txt", "text/plain");

        scan(scanner, "b.txt", "text/plain");

        assertThat(analysed).hasValue(2);
    }

    @Test
    void scanShouldAnalyseAgainWhenTheDeclaredTypeDiffers() {
        Scanner scanner = scanner((item, examination) -> { });
        scan(scanner, "a.txt", "text/plain");

        scan(scanner, "a.txt", "image/png");

        assertThat(analysed).hasValue(2);
    }

    @Test
    void scanShouldAnalyseAgainWhenPasswordsOfTheMailWereTried() {
        Scanner scanner = scanner((item, examination) -> examination.passwords());
        scan(scanner, "a.txt", "text/plain");

        scan(scanner, "a.txt", "text/plain");

        assertThat(analysed).hasValue(2);
    }

    @Test
    void scanShouldAnalyseAgainWhenALimitWasMet() {
        Scanner scanner = scanner((item, examination) -> examination.unscannable(item, Reason.OVER_LIMIT, "time"));
        scan(scanner, "a.txt", "text/plain");

        scan(scanner, "a.txt", "text/plain");

        assertThat(analysed).hasValue(2);
    }

    private interface Step {
        void run(Item item, Examination examination) throws LimitExceeded;
    }

    private Scanner scanner(Step step) {
        return new Scanner(ScanSettings.defaults(), new Analysers(List.of(), List.of(new Analyser() {
            @Override
            public boolean handles(Item item) {
                return true;
            }

            @Override
            public void analyse(Item item, Examination examination) throws LimitExceeded {
                analysed.incrementAndGet();
                step.run(item, examination);
            }
        })));
    }

    private static Verdict scan(Scanner scanner, String name, String declaredType) {
        return scanner.scanFile(name, declaredType, new ByteArrayInputStream(new byte[] {'x'}));
    }
}
