package org.lazaret.quarantine.notice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.scan.Attachment;

/** Mails that carry the same attachment, by its SHA-256: of each mail the worst attachment counts. */
final class Campaigns {
    private Campaigns() {
    }

    /**
     * @param attachment what the mails have in common; empty for a mail that stands alone
     * @param mails      at least two, or one that stands alone
     */
    record Group(Optional<Attachment> attachment, List<HeldMail> mails) {
        Group {
            mails = List.copyOf(mails);
        }
    }

    /** All the mails in groups, in the order of each group's first mail. */
    static List<Group> of(List<HeldMail> mails) {
        Map<String, List<HeldMail>> byHash = new LinkedHashMap<>();
        for (HeldMail mail : mails) {
            String key = worst(mail).map(Attachment::sha256).filter(hash -> !hash.isEmpty()).orElse("mail " + mail.id());
            byHash.computeIfAbsent(key, any -> new ArrayList<>()).add(mail);
        }
        return byHash.values().stream()
            .map(group -> new Group(group.size() > 1 ? worst(group.get(0)) : Optional.empty(), group))
            .toList();
    }

    private static Optional<Attachment> worst(HeldMail mail) {
        return mail.verdict().attachments().stream().max(Comparator.comparing(Attachment::score));
    }
}
