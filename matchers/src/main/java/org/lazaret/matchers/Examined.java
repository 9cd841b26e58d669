package org.lazaret.matchers;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lazaret.policy.Action;
import org.lazaret.policy.Context;
import org.lazaret.policy.Policy;
import org.lazaret.policy.lists.Listing;
import org.lazaret.scan.Verdict;

/** What is known of a mail once {@code ScanAttachments} is done with it. */
public sealed interface Examined {
    /**
     * It was looked at.
     *
     * @param listings what the lists say, by recipient; nothing for those who are missing
     */
    record Judged(Verdict verdict, Map<String, Listing> listings) implements Examined {
        public Judged {
            listings = Map.copyOf(listings);
        }

        public Judged(Verdict verdict) {
            this(verdict, Map.of());
        }

        Listing listing(String recipient) {
            return listings.getOrDefault(recipient, Listing.NONE);
        }

        /** The verdict as it counts for a recipient. */
        public Verdict verdictFor(String recipient) {
            return listing(recipient).applyTo(verdict);
        }

        /** The verdict as it counts for all of these together: whatever counts against the mail for one of them. */
        public Verdict verdictFor(Collection<String> recipients) {
            Set<Listing> different = new LinkedHashSet<>();
            recipients.forEach(recipient -> different.add(listing(recipient)));
            if (different.size() == 1) {
                return different.iterator().next().applyTo(verdict);
            }
            Set<Listing.Hit> blocked = new LinkedHashSet<>();
            different.forEach(listing -> blocked.addAll(listing.blocked()));
            return new Listing(Optional.empty(), List.copyOf(blocked), Set.of()).applyTo(verdict);
        }
    }

    /** It was released from quarantine and carries a valid marker: not looked at again. */
    record Released() implements Examined {
    }

    /** An allow entry lets it through for every recipient: not looked at. */
    record Allowed() implements Examined {
    }

    default Action action(Policy policy, Context context) {
        return switch (this) {
            case Judged judged when judged.listing(context.recipient()).allowed().isPresent() -> Action.PERMIT;
            case Judged judged -> policy.decide(judged.verdictFor(context.recipient()), context);
            case Released released -> Action.PERMIT;
            case Allowed allowed -> Action.PERMIT;
        };
    }
}
