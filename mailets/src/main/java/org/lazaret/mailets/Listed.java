package org.lazaret.mailets;

import jakarta.mail.MessagingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.mailet.Mail;
import org.lazaret.policy.lists.Correspondence;
import org.lazaret.policy.lists.Listing;
import org.lazaret.policy.lists.Lists;
import org.lazaret.scan.Verdict;
import org.lazaret.scan.log.Log;

/**
 * What the lists say of a mail in transit.
 *
 * @param moment   the lists as they were asked
 * @param listings by recipient; nothing for those who are missing
 * @param problem  why they could not be asked; nothing may be concluded then
 */
record Listed(Optional<Lists.Moment> moment, Map<String, Listing> listings, Optional<String> problem) {
    private static final Log LOGGER = Log.of(Listed.class);

    static Listed of(Mail mail, Lists lists) {
        try {
            Lists.Moment moment = lists.now();
            if (moment.isEmpty()) {
                return new Listed(Optional.of(moment), Map.of(), Optional.empty());
            }
            Correspondence correspondence = Senders.correspondence(mail);
            Map<String, Listing> listings = new LinkedHashMap<>();
            for (String recipient : Transit.recipients(mail)) {
                listings.put(recipient, moment.byAddress(correspondence, recipient));
            }
            return new Listed(Optional.of(moment), listings, Optional.empty());
        } catch (MessagingException | RuntimeException e) {
            LOGGER.error("The lists could not be asked about mail {}", mail.getName(), e);
            return new Listed(Optional.empty(), Map.of(), Optional.of("The lists could not be asked: " + e.getMessage()));
        }
    }

    /** With what they say of the attachments. */
    Listed with(Verdict verdict) {
        if (moment.isEmpty()) {
            return this;
        }
        Map<String, Listing> more = new LinkedHashMap<>();
        listings.forEach((recipient, listing) -> more.put(recipient, moment.get().byContent(listing, verdict, recipient)));
        return new Listed(moment, more, problem);
    }

    boolean isAllowedForAll() {
        return !listings.isEmpty() && listings.values().stream().allMatch(listing -> listing.allowed().isPresent());
    }

    /** Entries that matched, for the log. */
    List<Listing.Hit> hits() {
        return listings.values().stream()
            .flatMap(listing -> Stream.concat(listing.allowed().stream(), listing.blocked().stream()))
            .distinct()
            .toList();
    }
}
