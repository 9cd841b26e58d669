package org.lazaret.quarantine.simulation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lazaret.policy.Action;
import org.lazaret.policy.Context;
import org.lazaret.policy.Policy;
import org.lazaret.policy.lists.Correspondence;
import org.lazaret.policy.lists.Listing;
import org.lazaret.policy.lists.Lists;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/**
 * A way to judge mail: what a server does with these settings and lists.
 *
 * @param scanner with a memory of its own for attachments that were seen before, since nothing is to be left in the server's
 * @param lists   as they stand; empty for none
 */
public record Judge(Scanner scanner, Policy policy, Optional<Lists.Moment> lists) {

    /** What is found and decided, by recipient. */
    record Judgement(Verdict verdict, Map<String, Decision> decisions) {
    }

    /** @param known of another judge with the same scanner, so that nothing is scanned twice */
    Judgement judge(Case mail, Correspondence correspondence, Optional<Verdict> known) {
        List<String> recipients = mail.envelope().recipients();
        Map<String, Listing> listings = new LinkedHashMap<>();
        recipients.forEach(recipient ->
            listings.put(recipient, lists.map(moment -> moment.byAddress(correspondence, recipient)).orElse(Listing.NONE)));
        Map<String, Decision> decisions = new LinkedHashMap<>();
        if (!recipients.isEmpty() && listings.values().stream().allMatch(listing -> listing.allowed().isPresent())) {
            recipients.forEach(recipient -> decisions.put(recipient, new Decision(Score.NONE, Action.PERMIT)));
            return new Judgement(Verdict.Scanned.NO_ATTACHMENT, decisions);
        }
        Verdict verdict = known.orElseGet(() -> scanner.scanMessage(mail.message()));
        listings.forEach((recipient, byAddress) -> {
            Listing listing = lists.map(moment -> moment.byContent(byAddress, verdict, recipient)).orElse(byAddress);
            Verdict counts = listing.applyTo(verdict);
            Action action = listing.allowed().isPresent() ? Action.PERMIT
                : policy.decide(counts, new Context(recipient, mail.direction(), true));
            decisions.put(recipient, new Decision(counts.score(), action));
        });
        return new Judgement(verdict, decisions);
    }
}
