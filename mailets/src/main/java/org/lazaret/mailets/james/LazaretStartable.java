package org.lazaret.mailets.james;

import jakarta.inject.Inject;
import org.apache.james.utils.UserDefinedStartable;

/** Started by James last, named in {@code extensions.properties}: finishes releases and notices that an earlier run left half done. */
public final class LazaretStartable implements UserDefinedStartable {
    private final Lazaret lazaret;

    @Inject
    public LazaretStartable(Lazaret lazaret) {
        this.lazaret = lazaret;
    }

    @Override
    public void start() {
        lazaret.start();
    }
}
