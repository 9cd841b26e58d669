package org.lazaret.quarantine.audit;

import java.util.List;
import java.util.Optional;

/** What checking the audit's chain gave. */
public sealed interface AuditCheck {

    /** Every link is in its place. */
    record Intact(AuditHead head) implements AuditCheck {
    }

    /** The first place where the chain is broken. */
    record Broken(long sequence, Damage damage, String explanation) implements AuditCheck {
    }

    /** How a chain is broken. */
    enum Damage {
        /** A link's content is not what its hash was computed of. */
        CHANGED,
        /** Links are missing between others. */
        REMOVED,
        /** A link that is whole in itself does not follow the one before it. */
        INSERTED,
        /** A link stands behind one that should come later. */
        REORDERED,
        /** The chain ends before its known head. */
        TRUNCATED
    }

    /**
     * Checks the last links alone: cheap, and finds what was done to them, not what was done before.
     *
     * @param links oldest first
     * @param head  asked for behind them: it may be further already
     * @return empty when they are in their places
     */
    static Optional<Broken> end(List<ChainedEntry> links, AuditHead head) {
        Optional<ChainedEntry> before = Optional.empty();
        for (ChainedEntry link : links) {
            if (!link.computedHash().equals(link.hash())) {
                return Optional.of(new Broken(link.sequence(), Damage.CHANGED, "the content of link " + link.sequence()
                    + " is not what its hash was computed of"));
            }
            if (before.isPresent() && (link.sequence() != before.get().sequence() + 1 || !link.previous().equals(before.get().hash()))) {
                return Optional.of(new Broken(link.sequence(), Damage.INSERTED, "link " + link.sequence() + " does not follow link "
                    + before.get().sequence()));
            }
            before = Optional.of(link);
        }
        AuditHead last = before.map(link -> new AuditHead(link.sequence(), link.hash())).orElse(AuditHead.NONE);
        if (head.sequence() < last.sequence() || head.sequence() == last.sequence() && !head.equals(last)) {
            return Optional.of(new Broken(last.sequence(), Damage.CHANGED, "link " + last.sequence() + " is not the chain's head"));
        }
        return Optional.empty();
    }

    /** Checks links one by one, in the order they are kept in. Not safe for concurrent use. */
    final class Walk {
        private final Optional<AuditHead> known;
        private AuditHead last = AuditHead.NONE;
        private Optional<Broken> broken = Optional.empty();

        /** @param known a head that the chain must run through, noted down earlier */
        public Walk(Optional<AuditHead> known) {
            this.known = known;
        }

        /** @return false when the chain is broken and what follows does not matter */
        public boolean next(ChainedEntry link) {
            if (broken.isEmpty()) {
                broken = damage(link);
                last = new AuditHead(link.sequence(), link.hash());
            }
            return broken.isEmpty();
        }

        private Optional<Broken> damage(ChainedEntry link) {
            long expected = last.sequence() + 1;
            long sequence = link.sequence();
            if (sequence > expected) {
                return broken(expected, Damage.REMOVED, "the links " + expected + " to " + (sequence - 1) + " are missing");
            }
            if (sequence < expected) {
                return broken(sequence, Damage.REORDERED, "link " + sequence + " stands behind link " + last.sequence());
            }
            if (!link.computedHash().equals(link.hash())) {
                return broken(sequence, Damage.CHANGED, "the content of link " + sequence + " is not what its hash was computed of");
            }
            if (!link.previous().equals(last.hash())) {
                return broken(sequence, Damage.INSERTED, "link " + sequence + " is whole, but does not follow link " + last.sequence()
                    + ": one of them was put here");
            }
            if (known.isPresent() && known.get().sequence() == sequence && !known.get().hash().equals(link.hash())) {
                return broken(sequence, Damage.CHANGED, "link " + sequence + " is not the one that was noted down: the chain up to it was made anew");
            }
            return Optional.empty();
        }

        private static Optional<Broken> broken(long sequence, Damage damage, String explanation) {
            return Optional.of(new Broken(sequence, damage, explanation));
        }

        /**
         * What it comes to.
         *
         * @param head where the chain ends by its keeper's own account; empty when there is none, as for an exported file
         */
        public AuditCheck end(Optional<AuditHead> head) {
            if (broken.isPresent()) {
                return broken.get();
            }
            long longest = Math.max(known.map(AuditHead::sequence).orElse(0L), head.map(AuditHead::sequence).orElse(0L));
            if (last.sequence() < longest) {
                return new Broken(last.sequence() + 1, Damage.TRUNCATED, "the chain ends at link " + last.sequence() + ", and went on to " + longest);
            }
            if (head.isPresent() && !head.get().equals(last)) {
                return head.get().sequence() < last.sequence()
                    ? new Broken(head.get().sequence() + 1, Damage.INSERTED, "the chain goes on behind its head " + head.get().sequence())
                    : new Broken(last.sequence(), Damage.CHANGED, "link " + last.sequence() + " is not the chain's head");
            }
            return new Intact(last);
        }
    }
}
