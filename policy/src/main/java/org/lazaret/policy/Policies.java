package org.lazaret.policy;

/**
 * The policies that mail is judged by. A mail keeps the version that held when it was scanned, so that all that is asked about it on its way is
 * answered alike, whatever is saved meanwhile: between two versions a mail could otherwise match nothing.
 */
public interface Policies {
    /** The version that holds now. */
    long version();

    /**
     * @throws IllegalStateException when there is no such version, or it is not valid on this node
     */
    Policy at(long version);

    /** One policy that never changes. */
    static Policies of(Policy policy) {
        return new Policies() {
            @Override
            public long version() {
                return 0;
            }

            @Override
            public Policy at(long version) {
                return policy;
            }
        };
    }
}
