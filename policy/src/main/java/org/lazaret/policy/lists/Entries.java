package org.lazaret.policy.lists;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.lazaret.policy.Address;
import org.lazaret.policy.lists.Listing.Hit;
import org.lazaret.policy.lists.ListSettings.Trust;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Verdict;

/**
 * The entries at one moment, looked up by hash: a mail costs a few look-ups for each of its addresses and attachments, however many entries
 * there are.
 *
 * <p>For one address the narrowest entry decides: address before domain before a domain further up, then an entry for the recipient before
 * one for the recipient's domain before one for everybody; between equals, block. A mail is blocked when any of its addresses is, and
 * allowed when every address of some field is.
 */
final class Entries {
    static final Entries NONE = new Entries(new EntryStore.Contents(-1, List.of()));

    private final long version;
    private final List<Entry> all;
    private final Map<Field, Map<String, List<Entry>>> byPattern = new EnumMap<>(Field.class);

    Entries(EntryStore.Contents contents) {
        version = contents.version();
        all = contents.entries();
        for (Field field : Field.values()) {
            byPattern.put(field, new HashMap<>());
        }
        for (Entry entry : all) {
            of(entry.field()).computeIfAbsent(entry.pattern().toString(), any -> new ArrayList<>(1)).add(entry);
        }
    }

    long version() {
        return version;
    }

    List<Entry> all() {
        return all;
    }

    Optional<Entry> at(Entry.Place place) {
        return of(place.field()).getOrDefault(place.pattern(), List.of()).stream().filter(entry -> entry.place().equals(place)).findFirst();
    }

    /** What the addresses alone say. */
    Listing byAddress(Correspondence mail, String recipient, ListSettings settings, Instant now) {
        if (all.isEmpty()) {
            return Listing.NONE;
        }
        Optional<Address> to = Address.find(recipient);
        Asked asked = new Asked(mail, to, settings, now);
        List<Hit> allowed = new ArrayList<>();
        List<Hit> blocked = new ArrayList<>();
        collect(Field.MAIL_FROM, Address.find(mail.mailFrom()).stream().toList(), true, asked, allowed, blocked);
        collect(Field.RCPT_TO, to.stream().toList(), true, asked, allowed, blocked);
        collect(Field.HEADER_FROM, mail.from().addresses(), mail.from().complete(), asked, allowed, blocked);
        collect(Field.HEADER_TO, mail.to().addresses(), mail.to().complete(), asked, allowed, blocked);
        return new Listing(blocked.isEmpty() ? allowed.stream().findFirst() : Optional.empty(), blocked, Set.of());
    }

    /** A listing, and what the attachments say; an allowed mail is not looked into, and stays as it is. */
    Listing byContent(Listing listing, Verdict verdict, String recipient, Instant now) {
        if (listing.allowed().isPresent() || of(Field.ATTACHMENT).isEmpty()) {
            return listing;
        }
        Optional<Address> to = Address.find(recipient);
        List<Hit> blocked = new ArrayList<>(listing.blocked());
        Set<String> harmless = new LinkedHashSet<>();
        for (Attachment attachment : verdict.attachments()) {
            narrowest(candidates(Field.ATTACHMENT, attachment.sha256()), to, now, entry -> true).ifPresent(entry -> {
                switch (entry.effect()) {
                    case ALLOW -> harmless.add(attachment.sha256());
                    case BLOCK -> blocked.add(hit(entry, List.of(attachment.name())));
                }
            });
        }
        return new Listing(Optional.empty(), blocked, harmless);
    }

    private record Asked(Correspondence mail, Optional<Address> recipient, ListSettings settings, Instant now) {
        /** Whether an allow entry on this field may rely on the address. */
        boolean believes(Field field, Address address) {
            return switch (field) {
                case MAIL_FROM -> settings.mailFrom() == Trust.ANY || mail.proof().spfCovers(address.domain());
                case HEADER_FROM -> settings.headerFrom() == Trust.ANY || mail.proof().covers(address.domain());
                case RCPT_TO, HEADER_TO, ATTACHMENT -> true;
            };
        }
    }

    private void collect(Field field, List<Address> addresses, boolean complete, Asked asked, List<Hit> allowed, List<Hit> blocked) {
        if (of(field).isEmpty()) {
            return;
        }
        List<Hit> allowedHere = new ArrayList<>();
        for (Address address : addresses) {
            narrowest(candidates(field, address), asked.recipient(), asked.now(),
                entry -> entry.effect() == Effect.BLOCK || asked.believes(field, address)).ifPresent(entry -> {
                    switch (entry.effect()) {
                        case ALLOW -> allowedHere.add(hit(entry, List.of()));
                        case BLOCK -> blocked.add(hit(entry, List.of()));
                    }
                });
        }
        if (complete && !allowedHere.isEmpty() && allowedHere.size() == addresses.size()) {
            allowed.addAll(allowedHere);
        }
    }

    private static Optional<Entry> narrowest(List<Entry> candidates, Optional<Address> recipient, Instant now,
                                             Predicate<Entry> counts) {
        return candidates.stream()
            .filter(entry -> entry.holdsAt(now) && isFor(entry, recipient) && counts.test(entry))
            .max(Comparator.comparingInt((Entry entry) -> entry.pattern().narrowness())
                .thenComparingInt(entry -> entry.recipient().map(EntryPattern::narrowness).orElse(0))
                .thenComparing(Entry::effect));
    }

    private static boolean isFor(Entry entry, Optional<Address> recipient) {
        return entry.recipient().isEmpty() || recipient.isPresent() && switch (entry.recipient().get()) {
            case EntryPattern.OfAddress scope -> scope.address().equals(recipient.get());
            case EntryPattern.OfDomain scope -> scope.domain().equals(recipient.get().domain());
            case EntryPattern.BelowDomain scope -> false;
            case EntryPattern.OfContent scope -> false;
        };
    }

    private List<Entry> candidates(Field field, Address address) {
        List<Entry> found = new ArrayList<>(candidates(field, address.toString()));
        String domain = address.domain();
        found.addAll(candidates(field, domain));
        for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            found.addAll(candidates(field, "*" + domain.substring(dot)));
        }
        return found;
    }

    private List<Entry> candidates(Field field, String pattern) {
        return of(field).getOrDefault(pattern, List.of());
    }

    private Map<String, List<Entry>> of(Field field) {
        return byPattern.getOrDefault(field, Map.of());
    }

    private static Hit hit(Entry entry, List<String> path) {
        return new Hit(entry.id(), entry.field(), entry.pattern().toString(), path);
    }
}
