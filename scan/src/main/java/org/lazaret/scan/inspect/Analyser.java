package org.lazaret.scan.inspect;

import java.io.IOException;

/**
 * Looks for one kind of evidence. Stateless.
 *
 * <p>A defect of the content is reported, not thrown: a finding, or {@link Examination#unscannable}. What is thrown all the same
 * ({@link IOException}, {@link RuntimeException}, {@link StackOverflowError}, {@link OutOfMemoryError}) becomes <em>unscannable:
 * malformed</em> of this item. {@link LimitExceeded} must pass through.
 */
public interface Analyser {
    /** Whether it has something to say about this item; cheap. */
    boolean handles(Item item);

    void analyse(Item item, Examination examination) throws IOException, LimitExceeded;
}
