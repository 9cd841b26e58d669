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
import java.util.List;
import org.apache.james.mailrepository.MailRepositoryContract;
import org.apache.james.mailrepository.api.MailKey;
import org.apache.james.mailrepository.api.MailRepository;
import org.apache.james.mailrepository.api.MailRepositoryPath;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;

/** James' own contract for mail repositories, over the real store. */
class HeldMailRepositoryTest implements MailRepositoryContract {
    @TempDir
    private Path folder;
    private Quarantine quarantine;

    @BeforeEach
    void open() throws Exception {
        quarantine = Quarantines.open(SettingsReader.read("lazaret.properties", "quarantine.generate-keys = true", folder),
            message -> { }, address -> true, Clock.systemUTC(), () -> URI.create("http://127.0.0.1"));
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
