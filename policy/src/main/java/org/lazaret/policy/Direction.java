package org.lazaret.policy;

/** Which way a mail goes for one recipient. */
public enum Direction {
    /** To a recipient of this server, or from somebody that this server does not know. */
    INBOUND,
    /** From a client that may relay through this server, to a recipient elsewhere. */
    OUTBOUND
}
