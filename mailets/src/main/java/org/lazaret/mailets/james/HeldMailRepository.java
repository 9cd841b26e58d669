package org.lazaret.mailets.james;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.mailrepository.api.MailKey;
import org.apache.james.mailrepository.api.MailRepository;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.Mail;
import org.lazaret.mailets.Transit;
import org.lazaret.matchers.Examined;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/**
 * Shows the quarantine to James as a mail repository, so that James' own tools list, download and reprocess held mail. Off by default: who
 * may use James' webadmin then sees held mail decrypted. Each retrieval, release and removal is audited under the name of this repository.
 *
 * <p>{@code quarantine://held} holds what the mailet {@code Quarantine} took out of transit, each mail under its record id. Reprocessing one is
 * a release for all of its recipients, whatever processor is asked for; removing one deletes it for all. Any other path
 * is a repository of its own for mail that James stores there ({@code ToRepository}, an error repository): encrypted like everything in
 * quarantine, and under the mail's name.
 *
 * <pre><code>
 * &lt;mailrepository class="org.lazaret.mailets.james.HeldMailRepository"&gt;
 *     &lt;protocols&gt;&lt;protocol&gt;quarantine&lt;/protocol&gt;&lt;/protocols&gt;
 * &lt;/mailrepository&gt;
 * </code></pre>
 */
public final class HeldMailRepository implements MailRepository {
    private static final String HELD = "held";
    private static final String SEPARATOR = "#";
    private static final int PAGE = 1_000;
    private static final Set<State> OPEN = Set.of(State.HELD, State.REQUESTED, State.DENIED, State.RELEASING);

    private final Quarantine quarantine;
    private final String url;
    private final boolean ofTransit;
    private final Actor actor;

    @Inject
    public HeldMailRepository(Quarantine quarantine, MailRepositoryUrl url) {
        this.quarantine = quarantine;
        this.url = url.asString();
        this.ofTransit = url.getPath().asString().equals(HELD);
        this.actor = new Actor(Actor.Role.ADMINISTRATOR, this.url, "");
    }

    @Override
    public long size() {
        return keys().size();
    }

    @Override
    public Iterator<MailKey> list() {
        return keys().iterator();
    }

    @Override
    public MailKey store(Mail mail) throws MessagingException {
        if (ofTransit) {
            throw new MessagingException(url + " is filled by the mailet Quarantine; store mail under another path");
        }
        List<RecordId> former = records(mail.getName());
        try {
            quarantine.hold(new Arrival(arrival(mail.getName()) + UUID.randomUUID(), Transit.envelope(mail), mail.getLastUpdated().toInstant()),
                MailProperties.inFrontOf(mail), verdict(mail));
            for (RecordId record : former) {
                quarantine.delete(record, Set.of(), actor);
            }
            return new MailKey(mail.getName());
        } catch (IOException e) {
            throw new MessagingException(url + " could not store " + mail.getName() + ": " + e.getMessage(), e);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // James' contract: null for no such mail
    public Mail retrieve(MailKey key) throws MessagingException {
        for (RecordId record : records(key.asString())) {
            try {
                Optional<Mail> mail = quarantine.open(record, actor, this::mail);
                if (mail.isPresent()) {
                    return mail.get();
                }
            } catch (IOException e) {
                throw new MessagingException(url + " could not open " + key.asString() + ": " + e.getMessage(), e);
            }
        }
        return null;
    }

    @Override
    public void remove(MailKey key) throws MessagingException {
        for (RecordId record : records(key.asString())) {
            if (quarantine.delete(record, Set.of(), actor) instanceof Outcome.FailedToAct failed) {
                throw new MessagingException(url + " could not remove " + key.asString() + ": " + failed.reason());
            }
        }
    }

    @Override
    public void removeAll() throws MessagingException {
        for (MailKey key : keys()) {
            remove(key);
        }
    }

    private Mail mail(HeldMail held, MessageSource message) throws IOException {
        try {
            return ofTransit ? Reprocessable.of(bare(held, message), quarantine, held.id(), actor) : MailProperties.mail(message);
        } catch (MessagingException e) {
            throw new IOException(e);
        }
    }

    private static Mail bare(HeldMail held, MessageSource message) throws MessagingException, IOException {
        String sender = held.envelope().sender();
        MailImpl mail = MailImpl.builder()
            .name(held.id().value())
            .sender(sender.isEmpty() ? MaybeSender.nullSender() : MaybeSender.of(new MailAddress(sender)))
            .addRecipients(held.envelope().recipients().toArray(String[]::new))
            .lastUpdated(Date.from(held.received()))
            .build();
        MimeMessageInputStreamSource source = MimeMessageInputStreamSource.create("Lazaret-" + held.id());
        try (OutputStream out = source.getWritableOutputStream()) {
            message.writeTo(out);
        }
        mail.setMessageContent(source);
        return mail;
    }

    private List<MailKey> keys() {
        List<MailKey> keys = new ArrayList<>();
        if (ofTransit) {
            Query query = new Query(Optional.empty(), OPEN, "", Optional.empty(), PAGE);
            for (List<HeldMail> page = quarantine.search(query); !page.isEmpty(); page = quarantine.search(query)) {
                page.forEach(held -> keys.add(new MailKey(held.id().value())));
                query = new Query(Optional.empty(), OPEN, "", Optional.of(page.getLast().id()), PAGE);
            }
            return keys;
        }
        String all = url + SEPARATOR;
        for (Quarantine.Arrived arrived : quarantine.arrivals(all)) {
            String encoded = arrived.arrivalId().substring(all.length(), arrived.arrivalId().lastIndexOf(SEPARATOR));
            keys.add(new MailKey(URLDecoder.decode(encoded, StandardCharsets.UTF_8)));
        }
        return keys.stream().distinct().toList();
    }

    private List<RecordId> records(String key) {
        if (ofTransit) {
            return RecordId.isRecordId(key) ? List.of(new RecordId(key)) : List.of();
        }
        return quarantine.arrivals(arrival(key)).stream().map(Quarantine.Arrived::id).toList();
    }

    /** Start of the arrival ids of a mail of this name; each time it is stored it arrives anew. */
    private String arrival(String name) {
        return url + SEPARATOR + URLEncoder.encode(name, StandardCharsets.UTF_8) + SEPARATOR;
    }

    private static Verdict verdict(Mail mail) {
        try {
            return switch (VerdictAttribute.get(mail)) {
                case Examined.Judged judged -> judged.verdictFor(mail.getRecipients().stream().map(MailAddress::asString).toList());
                case Examined.Released released -> Verdict.Scanned.NO_ATTACHMENT;
                case Examined.Allowed allowed -> new Verdict.Failed(Score.NONE, List.of(), List.of(), "not scanned: the allow list lets it through");
            };
        } catch (MessagingException e) {
            return new Verdict.Failed(Score.NONE, List.of(), List.of(), String.valueOf(e.getMessage()));
        }
    }
}
