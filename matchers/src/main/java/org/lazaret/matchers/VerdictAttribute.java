package org.lazaret.matchers;

import jakarta.mail.MessagingException;
import java.util.Map;
import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.lazaret.policy.Policies;
import org.lazaret.policy.Policy;
import org.lazaret.policy.lists.Listing;
import org.lazaret.policy.lists.ListingCodec;
import org.lazaret.policy.verdict.VerdictCodec;
import org.lazaret.scan.Verdict;

/**
 * The mail attribute that carries {@link Examined} from {@code ScanAttachments} to matchers and mailets: a string, since objects of an
 * extension's classes do not survive a split of the mail in James. A missing or unreadable attribute means <em>not scanned</em>.
 */
public final class VerdictAttribute {
    public static final AttributeName NAME = AttributeName.of("org.lazaret.verdict");
    private static final AttributeName LISTINGS = AttributeName.of("org.lazaret.listings");
    private static final AttributeName POLICY = AttributeName.of("org.lazaret.policy");
    private static final String RELEASED = "released";
    private static final String ALLOWED = "allowed";

    /** What is in the attributes, and what it says. */
    private record Written(Examined.Judged judged, String verdict, String listings) {
    }

    /** The last of each: most mails have no attachment, and of those all verdicts are alike. */
    private static volatile Optional<Written> lastWritten = Optional.empty();
    private static volatile Optional<Written> lastRead = Optional.empty();

    private VerdictAttribute() {
    }

    public static void set(Mail mail, Verdict verdict) {
        set(mail, verdict, Map.of(), 0);
    }

    /**
     * @param listings what the lists say, by recipient
     * @param policy   version of the policy that the mail is judged by from here on
     */
    public static void set(Mail mail, Verdict verdict, Map<String, Listing> listings, long policy) {
        // In this order: without listings of its own, a verdict would count with those of an earlier scan.
        mail.setAttribute(new Attribute(POLICY, AttributeValue.of(policy)));
        Written written = write(new Examined.Judged(verdict, listings));
        mail.setAttribute(new Attribute(LISTINGS, AttributeValue.of(written.listings())));
        put(mail, written.verdict());
    }

    private static Written write(Examined.Judged judged) {
        Optional<Written> known = lastWritten.filter(written -> written.judged().equals(judged));
        if (known.isEmpty()) {
            known = Optional.of(new Written(judged, VerdictCodec.toJson(judged.verdict()), ListingCodec.toJson(judged.listings())));
            lastWritten = known;
        }
        return known.get();
    }

    private static Examined.Judged read(String verdict, String listings) {
        Optional<Written> known = lastRead.filter(read -> read.verdict().equals(verdict) && read.listings().equals(listings));
        if (known.isEmpty()) {
            known = Optional.of(new Written(new Examined.Judged(VerdictCodec.fromJson(verdict), ListingCodec.fromJson(listings)), verdict, listings));
            lastRead = known;
        }
        return known.get().judged();
    }

    public static void setAllowed(Mail mail) {
        put(mail, ALLOWED);
    }

    public static void setReleased(Mail mail) {
        put(mail, RELEASED);
    }

    /** Whether {@link #setReleased} was called. A mail that James repeats may still have the verdict of its last scan: that is none. */
    public static boolean isReleased(Mail mail) {
        return text(mail).filter(RELEASED::equals).isPresent();
    }

    /**
     * The policy that the mail is judged by.
     *
     * @throws MessagingException when it cannot be had any more
     */
    public static Policy policy(Mail mail, Policies policies) throws MessagingException {
        try {
            return policies.at(AttributeUtils.getValueAndCastFromMail(mail, POLICY, Long.class).orElseGet(policies::version));
        } catch (RuntimeException e) {
            throw new MessagingException("Mail " + mail.getName() + " was scanned under settings that cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * @throws MessagingException when the mail was not scanned, or the attribute is not what {@code ScanAttachments} wrote
     */
    public static Examined get(Mail mail) throws MessagingException {
        Optional<String> text = text(mail);
        if (text.isEmpty()) {
            throw new MessagingException("Mail " + mail.getName() + " was not scanned: ScanAttachments has to stand before this matcher or mailet");
        }
        if (text.get().equals(RELEASED)) {
            return new Examined.Released();
        }
        if (text.get().equals(ALLOWED)) {
            return new Examined.Allowed();
        }
        try {
            String listings = AttributeUtils.getValueAndCastFromMail(mail, LISTINGS, String.class)
                .orElseThrow(() -> new IllegalArgumentException("no listings"));
            return read(text.get(), listings);
        } catch (RuntimeException e) {
            throw new MessagingException("Mail " + mail.getName() + " has no readable verdict: " + e.getMessage(), e);
        }
    }

    private static Optional<String> text(Mail mail) {
        return AttributeUtils.getValueAndCastFromMail(mail, NAME, String.class);
    }

    private static void put(Mail mail, String text) {
        mail.setAttribute(new Attribute(NAME, AttributeValue.of(text)));
    }
}
