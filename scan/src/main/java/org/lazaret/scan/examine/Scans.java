package org.lazaret.scan.examine;

/** Rules that belong to no single kind of evidence. */
public final class Scans {
    public static final String EICAR = "engine.eicar";

    private Scans() {
    }
}
