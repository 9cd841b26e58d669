package org.lazaret.it.kill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.lazaret.it.JamesServer;
import org.lazaret.it.client.Browser;
import org.lazaret.it.client.Browser.Page;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Fate;
import org.lazaret.it.client.Samples.Sample;
import org.lazaret.it.client.SmtpClient;

/**
 * What people do to the server in one round: senders send, recipients decide about what was held before. The same seed does the same; how
 * much of it happens before the server is killed is another matter.
 */
final class Traffic {
    static final int SENDERS = 3;
    private static final String SENDER = "sender@example.com";
    private static final int LARGE = 300_000;

    private final Ledger ledger;
    private final List<Delivered> people;
    private final JamesServer.Ports ports;
    private final Random random;
    private final String name;

    Traffic(Ledger ledger, List<Delivered> people, JamesServer.Ports ports, long seed, String name) {
        this.ledger = ledger;
        this.people = people;
        this.ports = ports;
        this.random = new Random(seed * 1_000_003 + name.hashCode());
        this.name = name;
    }

    /** Starts everything; each thread ends when it is through, or when the server does not answer any more. */
    List<Thread> start(int decided) {
        List<Thread> threads = send();
        List<Runnable> decisions = decisions(decided);
        threads.add(Thread.ofPlatform().start(() -> decisions.forEach(Runnable::run)));
        return threads;
    }

    /** Starts the senders alone. */
    List<Thread> send() {
        List<Ledger.Mail> mails = mails();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int mail = sender; mail < mails.size(); mail += SENDERS) {
                    send(mails.get(mail));
                }
            }));
        }
        return threads;
    }

    private void send(Ledger.Mail mail) {
        ledger.sending(mail);
        try {
            new SmtpClient(ports.smtp()).send(SENDER, mail.recipients(), out -> out.write(mail.bytes()),
                () -> ledger.accepted(mail));
        } catch (IOException e) {
            // Not accepted, as far as the sender knows.
        }
    }

    private List<Ledger.Mail> mails() {
        byte[] filler = new byte[LARGE];
        random.nextBytes(filler);
        List<Sample> samples = new ArrayList<>(List.of(
            Samples.all().get(0), Samples.all().get(1), new Sample("large", Fate.DELIVERED, "data.txt", "text/plain", words(LARGE)),
            Samples.encryptedZip(),
            Samples.eicarInZip(), Samples.eicarInZip(),
            new Sample("executable", Fate.HELD, "invoice.pdf", "application/pdf", Samples.executable()),
            Samples.eicarInZip(filler)));
        Collections.shuffle(samples, random);
        List<Ledger.Mail> mails = new ArrayList<>();
        for (Sample sample : samples) {
            String title = name + " m" + mails.size() + " " + sample.title().toLowerCase(Locale.ROOT);
            List<String> recipients = new ArrayList<>(people.stream().map(person -> person.account().address()).toList());
            Collections.shuffle(recipients, random);
            recipients = List.copyOf(recipients.subList(0, 1 + random.nextInt(recipients.size())));
            mails.add(new Ledger.Mail(title, sample.fate(), recipients,
                Samples.mail(title, recipients, sample.fileName(), sample.mediaType(), sample.content())));
        }
        return mails;
    }

    /** Held mails that nobody has decided about, and whose notices are there. */
    List<Ledger.Mail> open() {
        return ledger.undecided().stream()
            .filter(mail -> people.stream().filter(person -> mail.recipients().contains(person.account().address()))
                .allMatch(person -> person.link(mail.title()).isPresent()))
            .toList();
    }

    /** Of the oldest open mails, the first is deleted by all recipients, two are released by all, on the next each decides alone, and so on. */
    private List<Runnable> decisions(int count) {
        List<Runnable> decisions = new ArrayList<>();
        List<Ledger.Mail> open = open();
        for (int i = 0; i < Math.min(count, open.size()); i++) {
            Ledger.Mail mail = open.get(i);
            for (Delivered person : people) {
                Ledger.Wish wish = switch (i % 4) {
                    case 0 -> Ledger.Wish.DELETE;
                    case 1, 2 -> Ledger.Wish.RELEASE;
                    default -> random.nextBoolean() ? Ledger.Wish.RELEASE : Ledger.Wish.DELETE;
                };
                if (mail.recipients().contains(person.account().address())) {
                    decisions.add(() -> decide(person, mail, wish));
                }
            }
        }
        return decisions;
    }

    private void decide(Delivered person, Ledger.Mail mail, Ledger.Wish wish) {
        String recipient = person.account().address();
        Browser browser = new Browser();
        try {
            Page page = browser.open(person.link(mail.title()).orElseThrow());
            ledger.wishing(mail.title(), recipient, wish);
            if (browser.submit(page, wish == Ledger.Wish.RELEASE ? "/release" : "/delete", Map.of()).status() == 200) {
                ledger.granted(mail.title(), recipient);
            }
        } catch (IOException e) {
            // No answer, as far as the recipient knows.
        }
    }

    private static byte[] words(int length) {
        return "Nothing but words, and many of them.\r\n".repeat(length / 38).getBytes(StandardCharsets.US_ASCII);
    }
}
