package org.lazaret.mailets.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.james.mailrepository.MailRepositoryContract;
import org.apache.james.mailrepository.api.MailKey;
import org.apache.james.mailrepository.api.MailRepository;
import org.apache.james.mailrepository.api.MailRepositoryPath;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;

/** James' own contract for mail repositories, over the real store. */
class HeldMailRepositoryTest implements MailRepositoryContract {
    @TempDir
    private Path folder;
    private Quarantine quarantine;
    private final List<Outgoing.Message> sent = new ArrayList<>();
    private boolean queueDown;

    @BeforeEach
    void open() throws Exception {
        quarantine = Quarantines.open(SettingsReader.read("lazaret.properties", "quarantine.generate-keys = true", folder),
            message -> {
                if (queueDown) {
                    throw new IOException("queue down");
                }
                sent.add(message);
            }, address -> true, Clock.systemUTC(), () -> URI.create("http://127.0.0.1"));
    }

    @AfterEach
    void close() {
        quarantine.close();
    }

    @Override
    public MailRepository retrieveRepository() {
        return retrieveRepository(MailRepositoryPath.from("var/mail/stored"));
    }

    @Override
    public MailRepository retrieveRepository(MailRepositoryPath path) {
        return new HeldMailRepository(quarantine, MailRepositoryUrl.from("quarantine://" + path.asString()));
    }

    @Test
    void heldShouldShowWhatWasTakenOutOfTransitAndGiveItBack() throws Exception {
        HeldMail held = hold("Subject: held\r\n\r\nbody\r\n");
        MailRepository repository = retrieveRepository(MailRepositoryPath.from("held"));

        assertThat(repository.list()).toIterable().containsExactly(new MailKey(held.id().value()));
        Mail mail = repository.retrieve(new MailKey(held.id().value()));
        assertThat(mail.getMessage().getSubject()).isEqualTo("held");
        assertThat(mail.getRecipients()).extracting(Object::toString).containsExactly("a@example.org");

        repository.remove(new MailKey(held.id().value()));

        assertThat(repository.size()).isZero();
        assertThat(quarantine.find(held.id()).orElseThrow().states()).containsValue(State.DELETED);
    }

    /** What James' own ReprocessingService does with a mail, in its order. */
    private static Mail reprocess(MailRepository repository, MailKey key) throws MessagingException {
        Mail mail = repository.retrieve(key);
        mail.setAttribute(new Attribute(AttributeName.of("mailRepository-reprocessing"), AttributeValue.of(1)));
        mail.setState("transport");
        Mail enqueued = MailImpl.duplicate(mail);
        enqueued.setState(mail.getState());
        repository.remove(key);
        LifecycleUtil.dispose(mail);
        return enqueued;
    }

    @Test
    void reprocessingShouldGoTheWayOfARelease() throws Exception {
        HeldMail held = hold("Subject: held\r\n\r\nbody\r\n");
        MailRepository repository = retrieveRepository(MailRepositoryPath.from("held"));

        Mail enqueued = reprocess(repository, new MailKey(held.id().value()));

        assertThat(enqueued.getState()).isEqualTo(Mail.GHOST);
        assertThat(sent).singleElement().satisfies(message -> {
            assertThat(message.kind()).isEqualTo(Outgoing.Kind.RELEASE);
            assertThat(message.recipients()).containsExactly("a@example.org");
        });
        assertThat(quarantine.find(held.id()).orElseThrow().states()).containsValue(State.RELEASED);
        assertThat(repository.size()).isZero();
        assertThat(quarantine.audit().page(AuditQuery.of(held.id())).reversed())
            .extracting(link -> link.entry().action() + " by " + link.entry().actor().name())
            .containsExactly("held by lazaret", "opened by quarantine://held", "releasing by quarantine://held", "released by quarantine://held");
    }

    @Test
    void reprocessingShouldEndAndLoseNothingWhenTheReleaseFails() throws Exception {
        HeldMail held = hold("Subject: held\r\n\r\nbody\r\n");
        MailRepository repository = retrieveRepository(MailRepositoryPath.from("held"));
        queueDown = true;

        assertThatThrownBy(() -> reprocess(repository, new MailKey(held.id().value()))).hasMessageContaining("queue down");

        assertThat(quarantine.find(held.id()).orElseThrow().states()).containsValue(State.HELD);
        assertThat(repository.size()).isEqualTo(1);
    }

    @Test
    void heldShouldRefuseToStore() {
        assertThatThrownBy(() -> retrieveRepository(MailRepositoryPath.from("held")).store(createMail("mail")))
            .isInstanceOf(MessagingException.class)
            .hasMessageContaining("quarantine://held is filled by the mailet Quarantine");
    }

    @Test
    void aRepositoryShouldTellNamesApartThatHoldItsSeparator() throws Exception {
        MailRepository repository = retrieveRepository();

        repository.store(createMail("a"));
        repository.store(createMail("a#b"));
        repository.store(createMail("a%23b"));

        assertThat(repository.list()).toIterable().containsExactlyInAnyOrder(new MailKey("a"), new MailKey("a#b"), new MailKey("a%23b"));
        assertThat(repository.retrieve(new MailKey("a#b")).getName()).isEqualTo("a#b");
    }

    private HeldMail hold(String message) throws IOException {
        return quarantine.hold(new Arrival("Mail-1", new Envelope("", List.of("a@example.org")), Instant.now()),
            MessageSource.of(message.getBytes(StandardCharsets.US_ASCII)), Verdict.Scanned.NO_ATTACHMENT);
    }
}
