package org.lazaret.it.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.lazaret.it.JamesServer;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Browser;
import org.lazaret.it.client.ClamDaemon;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.SmtpClient;
import org.lazaret.it.kill.SharedServices;
import org.lazaret.it.kill.Webadmin;
import org.lazaret.it.load.Figures;
import org.lazaret.it.load.Gateway;
import org.lazaret.it.load.Mix;
import org.lazaret.it.load.Traffic;

/**
 * {@code SoakRun MINUTES}: a James 3.8 with Lazaret, clamd, PostgreSQL and S3 gets the realistic mix at four fifths of what it was seen to do.
 * In each fifth of the time clamd and then PostgreSQL are stopped and started again, recipients open, release and delete what is held, and an
 * administrator looks at the lists. Then everything is reconciled. Exit status 0 when nothing is lost and nothing has grown.
 */
public final class SoakRun {
    private static final double LOAD = 0.8;
    private static final int PERIODS = 5;
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(45);
    private static final Duration SETTLED = Duration.ofMinutes(10);
    private static final int CLIENTS = 4;
    private static final int WINDOW = 64;
    private static final int SENDERS = 100;
    private static final int LOOKS = 18;
    private static final String SENDER = "sender@example.com";
    private static final JamesServer.Account ADMIN = new JamesServer.Account("admin@example.org", "admin-secret");
    private static final String FAILED = "var/mail/lazaret-failed/";

    private final Path root;
    private final Path folder;
    private final Duration duration;
    private final PrintStream out;
    private final List<String> problems = new ArrayList<>();
    private final AtomicReference<Exception> broken = new AtomicReference<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger administered = new AtomicInteger();
    private volatile boolean sending = true;

    /** @param folder an empty one */
    public SoakRun(Path root, Path folder, Duration duration, PrintStream out) {
        this.root = root;
        this.folder = folder;
        this.duration = duration;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(System.getProperty("lazaret.root")).toAbsolutePath();
        Path folder = Files.createDirectories(root.resolve("var/soak-" + System.currentTimeMillis()));
        List<String> problems = new SoakRun(root, folder, Duration.ofMinutes(Long.parseLong(arguments[0])), System.out).run();
        problems.forEach(System.out::println);
        System.out.println(problems.isEmpty() ? "Nothing lost, nothing grown" : problems.size() + " problems; the folder is " + folder);
        System.exit(problems.isEmpty() ? 0 : 1);
    }

    /** @return what is wrong; nothing when all is well */
    public List<String> run() throws IOException {
        Path program = ClamDaemon.program().orElseThrow(() -> new IOException("There is no clamd on this machine"));
        Accounts accounts = new Accounts();
        try (SharedServices services = SharedServices.start(root, folder.resolve("services"));
                ClamDaemon clamd = ClamDaemon.start(program, folder.resolve("clamd"), Map.of("Eicar-Test-Signature", Samples.eicar()));
                Traffic traffic = new Traffic(accounts::arrived)) {
            Map<String, String> settings = new HashMap<>(services.settings());
            settings.putAll(Map.of("portal.administrators", ADMIN.address(),
                "engines", "clamav", "engine.clamav.kind", "clamd", "engine.clamav.address", clamd.address(),
                "defer.attempts", "100", "defer.first-delay", "1s", "defer.longest-delay", "5s",
                "notice.per-hour", "1000000"));
            settings.put("portal.undo", "0");
            Gateway.Filter lazaret = Gateway.Filter.lazaret("Lazaret", root, settings);
            try (Gateway gateway = Gateway.start(root, folder.resolve("james"), lazaret, traffic.port(), "1g", List.of())) {
                soak(gateway, traffic, accounts, services, clamd);
            }
        }
        return problems;
    }

    private void soak(Gateway gateway, Traffic traffic, Accounts accounts, SharedServices services, ClamDaemon clamd) throws IOException {
        Webadmin webadmin = new Webadmin(gateway.webadmin());
        webadmin.addUser(ADMIN);
        double rate = LOAD * capacity(gateway, traffic);
        out.printf(Locale.ROOT, "soak: %.1f mails/s for %d s%n", rate, duration.toSeconds());

        Growth growth = new Growth();
        Instant end = Instant.now().plus(duration);
        List<Thread> threads = List.of(
            start("senders", () -> send(gateway, accounts, rate, end)),
            start("faults", () -> faults(services, clamd, end)),
            start("recipients", () -> decide(accounts)),
            start("administrator", () -> administrate(gateway)),
            start("looks", () -> look(gateway, growth, end)));
        join(threads.subList(0, 2));
        settle(gateway, webadmin, accounts);
        sending = false;
        join(threads);
        if (broken.get() != null) {
            throw new IOException(broken.get());
        }

        out.println("soak: " + accounts.figures() + ", pages opened " + opened + ", by the administrator " + administered);
        out.println("soak: " + growth);
        problems.addAll(accounts.problems(records(services)));
        problems.addAll(growth.problems());
        if (administered.get() == 0) {
            problems.add("The administrator saw no page");
        }
        if (!webadmin.subjectsInRepositories().isEmpty()) {
            problems.add("In error repositories: " + webadmin.subjectsInRepositories());
        }
    }

    /** Mails a second, as fast as they are taken. */
    private static double capacity(Gateway gateway, Traffic traffic) throws IOException {
        Mix mix = new Mix("c", Mix.Shares.REALISTIC, 0, 7);
        double best = 0;
        for (int turn = 0; turn < 5; turn++) {
            best = Math.max(best, traffic.fast(gateway, mix.next(2), CLIENTS, WINDOW).perSecond());
        }
        return best;
    }

    private void send(Gateway gateway, Accounts accounts, double rate, Instant end) {
        SmtpClient smtp = new SmtpClient(gateway.smtp());
        Mix mix = new Mix("s", Mix.Shares.REALISTIC, 20, 11);
        Semaphore free = new Semaphore(SENDERS);
        long start = System.nanoTime();
        for (long count = 0; Instant.now().isBefore(end);) {
            for (Mix.Mail mail : mix.next(1)) {
                long turn = start + (long) (count++ * 1e9 / rate);
                while (System.nanoTime() < turn) {
                    LockSupport.parkNanos(turn - System.nanoTime());
                }
                free.acquireUninterruptibly();
                accounts.sending(mail);
                Thread.ofVirtual().start(() -> {
                    try {
                        smtp.send(SENDER, mail.recipients(), stream -> stream.write(mail.bytes()), () -> accounts.accepted(mail));
                    } catch (IOException e) {
                        // Not accepted, as far as the sender knows.
                    } finally {
                        free.release();
                    }
                });
            }
        }
        free.acquireUninterruptibly(SENDERS);
    }

    private void faults(SharedServices services, ClamDaemon clamd, Instant end) throws IOException {
        Duration period = duration.dividedBy(PERIODS);
        Duration outage = period.dividedBy(6).compareTo(LONGEST_OUTAGE) < 0 ? period.dividedBy(6) : LONGEST_OUTAGE;
        for (Instant begin = Instant.now(); begin.isBefore(end.minus(period.dividedBy(2))); begin = begin.plus(period)) {
            until(begin.plus(period.dividedBy(4)));
            clamd.kill();
            until(Instant.now().plus(outage));
            clamd.start();
            until(begin.plus(period.dividedBy(5).multipliedBy(3)));
            services.stopDatabase();
            until(Instant.now().plus(outage));
            services.startDatabase();
        }
    }

    /** Of three held mails one is released, one deleted, one left; what the portal cannot do now is tried again. */
    private void decide(Accounts accounts) throws IOException, InterruptedException {
        int count = 0;
        while (sending || !accounts.notices().isEmpty()) {
            Accounts.Notice notice = accounts.notices().poll(200, TimeUnit.MILLISECONDS);
            if (notice != null) {
                Accounts.Wish wish = Accounts.Wish.values()[count++ % Accounts.Wish.values().length];
                accounts.wishing(notice.id(), wish);
                Await.until("the portal to answer about " + notice.id(), SETTLED, () -> decided(accounts, notice, wish));
            }
        }
    }

    private boolean decided(Accounts accounts, Accounts.Notice notice, Accounts.Wish wish) {
        try {
            Browser browser = new Browser();
            Browser.Page page = browser.open(notice.link());
            opened.incrementAndGet();
            if (page.status() != 200) {
                return false;
            }
            if (wish == Accounts.Wish.LEAVE) {
                return true;
            }
            String form = wish == Accounts.Wish.RELEASE ? "/release" : "/delete";
            // No form any more: it was done the time before, and only the answer was lost.
            if (page.form(form).isEmpty() || browser.submit(page, form, Map.of()).status() == 200) {
                accounts.granted(notice.id());
                return true;
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private void administrate(Gateway gateway) throws IOException {
        String portal = "http://127.0.0.1:" + gateway.portal();
        while (sending) {
            try {
                Browser browser = new Browser();
                Browser.Page page = browser.open(URI.create(portal + "/sign-in"));
                if (page.status() == 200) {
                    browser.submit(page, "/sign-in", Map.of("address", ADMIN.address(), "password", ADMIN.password()));
                    for (String path : List.of("/admin", "/admin/quarantine", "/admin/quarantine?q=invoice", "/admin/audit", "/admin/engines")) {
                        if (browser.open(URI.create(portal + path)).status() == 200) {
                            administered.incrementAndGet();
                        }
                    }
                }
            } catch (IOException e) {
                out.println("soak: the administrator's pages: " + e);
            }
            until(Instant.now().plusSeconds(1));
        }
    }

    private void look(Gateway gateway, Growth growth, Instant end) throws IOException {
        Duration pause = duration.dividedBy(LOOKS);
        while (Instant.now().isBefore(end)) {
            until(Instant.now().plus(pause));
            Figures figures = gateway.collected();
            growth.add(figures);
            out.printf(Locale.ROOT, "soak: heap %d MB, %d threads, %d files%n", figures.heap() >> 20, figures.threads(), figures.files());
        }
    }

    /** Waits until everything is out; sends what failed on its way again, as an operator would. */
    private static void settle(Gateway gateway, Webadmin webadmin, Accounts accounts) throws IOException {
        AtomicInteger rounds = new AtomicInteger();
        try {
            Await.until("all mail to be out", SETTLED, () -> {
                if (rounds.incrementAndGet() % 100 == 0 && !webadmin.subjectsInRepositories().isEmpty()) {
                    webadmin.reprocess(FAILED, "transport");
                }
                return accounts.open() == 0 && accounts.notices().isEmpty();
            });
        } catch (IOException e) {
            if (!gateway.isAlive()) {
                throw e;
            }
            // What is missing is named by the reconciliation.
        }
    }

    /** States of held mail, by the id that its subject ends with. */
    private static Map<String, List<String>> records(SharedServices services) throws IOException {
        Map<String, List<String>> records = new HashMap<>();
        try (Connection connection = services.connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT r.subject, p.state FROM record r JOIN record_recipient p ON p.record_id = r.id")) {
            while (row.next()) {
                String subject = row.getString(1);
                String id = subject.substring(subject.lastIndexOf(' ') + 1);
                if (id.startsWith("s-")) {
                    records.computeIfAbsent(id, any -> new ArrayList<>()).add(row.getString(2));
                }
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return records;
    }

    private interface Work {
        void run() throws Exception;
    }

    private Thread start(String name, Work work) {
        return Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                work.run();
            } catch (Exception e) {
                broken.compareAndSet(null, e);
            }
        });
    }

    private static void join(List<Thread> threads) throws IOException {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private static void until(Instant time) throws IOException {
        try {
            Thread.sleep(Duration.between(Instant.now(), time).isNegative() ? Duration.ZERO : Duration.between(Instant.now(), time));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }
}
