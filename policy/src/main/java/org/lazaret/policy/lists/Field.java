package org.lazaret.policy.lists;

/** What an entry is compared with. */
public enum Field {
    /** Envelope sender. */
    MAIL_FROM,
    /** Envelope recipient. */
    RCPT_TO,
    /** Addresses of the header field From. */
    HEADER_FROM,
    /** Addresses of the header field To. */
    HEADER_TO,
    /** SHA-256 of an attachment's decoded bytes. */
    ATTACHMENT
}
