package org.lazaret.mailets;

import jakarta.mail.MessagingException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.james.core.MailAddress;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.Mail;
import org.lazaret.policy.Address;
import org.lazaret.policy.lists.Correspondence;
import org.lazaret.policy.lists.HeaderAddresses;
import org.lazaret.policy.lists.Proof;

/**
 * Reads who a mail is from and to, and what James' mailets {@code DKIMVerify} and {@code SPF} recorded of the sender. Only their mail
 * attributes count, which nothing outside of this server can set; {@code Authentication-Results} of the message are never read.
 *
 * <p>{@code DKIMVerify} writes {@code pass (identity anna@example.org)}, the identities (RFC 6376, tag i=) one behind the other. A local part
 * may hold parentheses: of several identities the signer could have written all but the last, so that only the last one's domain counts.
 * A signature with a length (l=) covers a beginning of the message, and is not relied upon.
 */
final class Senders {
    private static final AttributeName DKIM = AttributeName.of("jDKIM.AUTHRESULT");
    private static final AttributeName SPF = AttributeName.of("org.apache.james.transport.mailets.spf.result");
    private static final String PASS = "pass";
    private static final Pattern LENGTH = Pattern.compile("(^|;)\\s*l\\s*=");

    private Senders() {
    }

    static Correspondence correspondence(Mail mail) throws MessagingException {
        return new Correspondence(mail.getMaybeSender().asOptional().map(MailAddress::asString).orElse(""), addresses(mail, "From"),
            addresses(mail, "To"), new Proof(dkim(mail), spf(mail)));
    }

    private static HeaderAddresses addresses(Mail mail, String field) throws MessagingException {
        return HeaderAddresses.parse(fields(mail, field).stream().map(Senders::asUtf8).toList());
    }

    /** James reads header bytes as Latin-1; addresses outside of ASCII are UTF-8 (RFC 6532). */
    private static String asUtf8(String body) {
        if (body.chars().allMatch(character -> character < 0x80) || body.chars().anyMatch(character -> character > 0xFF)) {
            return body;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes(StandardCharsets.ISO_8859_1))).toString();
        } catch (CharacterCodingException e) {
            return body;
        }
    }

    private static Optional<String> dkim(Mail mail) throws MessagingException {
        Optional<String> result = AttributeUtils.getValueAndCastFromMail(mail, DKIM, String.class)
            .filter(text -> text.startsWith(PASS + " (identity ") && text.endsWith(")"));
        if (result.isEmpty() || fields(mail, "DKIM-Signature").stream().anyMatch(signature -> LENGTH.matcher(signature).find())) {
            return Optional.empty();
        }
        String text = result.get();
        return domain(text.substring(text.lastIndexOf('@') + 1, text.length() - 1));
    }

    private static Optional<String> spf(Mail mail) {
        return AttributeUtils.getValueAndCastFromMail(mail, SPF, String.class)
            .filter(result -> result.toLowerCase(Locale.ROOT).equals(PASS))
            .flatMap(result -> mail.getMaybeSender().asOptional())
            .flatMap(sender -> domain(sender.getDomain().asString()));
    }

    private static Optional<String> domain(String text) {
        try {
            return Optional.of(Address.domain(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("NullAway") // null when there is no such field
    private static List<String> fields(Mail mail, String name) throws MessagingException {
        String[] bodies = mail.getMessage().getHeader(name);
        return bodies == null ? List.of() : Arrays.asList(bodies);
    }
}
