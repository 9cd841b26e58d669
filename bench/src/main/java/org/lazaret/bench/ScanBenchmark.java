package org.lazaret.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One scan of a whole mail against the floor over the same bytes. Compared is the CPU time of the measuring thread, system calls included:
 * on a machine that does other work too, the clock on the wall measures the others.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-Xmx512m"})
public class ScanBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Param
    public Sample sample = Sample.PLAIN_10K;

    private Sample.Mail mail = new Sample.Mail(new byte[0], 0, 0, -1);
    private final Floor floor = new Floor();
    private int number;
    private final Scanner scanner = new Scanner(ScanSettings.defaults());

    @Setup(Level.Trial)
    public void build() {
        mail = sample.mail();
        Verdict verdict = scanner.scanMessage(MessageSource.of(mail.bytes()));
        if (!(verdict instanceof Verdict.Scanned) || verdict.score().compareTo(Score.of(4)) >= 0
            || verdict.attachments().isEmpty() != (sample == Sample.PLAIN_10K)) {
            throw new IllegalStateException(sample + " is not clean: " + verdict);
        }
    }

    /** CPU time of the measuring thread. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Cpu {
        public long nanos;
        public long calls;
        private long begin;

        void begin() {
            begin = THREADS.getCurrentThreadCpuTime();
        }

        void end() {
            nanos += THREADS.getCurrentThreadCpuTime() - begin;
            calls++;
        }
    }

    @Benchmark
    public Verdict scan(Cpu cpu) {
        mail.change(number++);
        cpu.begin();
        Verdict verdict = scanner.scanMessage(MessageSource.of(mail.bytes()));
        cpu.end();
        return verdict;
    }

    @Benchmark
    public byte[] floor(Cpu cpu) {
        cpu.begin();
        byte[] digest = floor.digest(mail.bytes(), mail.begin(), mail.end());
        cpu.end();
        return digest;
    }
}
