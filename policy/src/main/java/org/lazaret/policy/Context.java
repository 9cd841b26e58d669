package org.lazaret.policy;

/**
 * What a decision depends on beside the verdict.
 *
 * @param recipient  envelope recipient that is decided for
 * @param deferrable whether the mail may be put back into the queue once more
 */
public record Context(String recipient, Direction direction, boolean deferrable) {
}
