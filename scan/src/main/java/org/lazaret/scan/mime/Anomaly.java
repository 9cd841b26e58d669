package org.lazaret.scan.mime;

/**
 * What two readers of a message could take differently. An anomaly by itself is no more than a reason to read the message in every
 * plausible way; it becomes a finding when the readings disagree about anything but harmless text.
 */
enum Anomaly {
    FIELD_DUPLICATE("mime.field.duplicate"),
    FIELD_NAME("mime.field.name"),
    FIELD_FOLDED("mime.field.folded"),
    FIELD_BROKEN("mime.field.broken"),
    FIELD_LONG("mime.field.long"),
    LINE_END("mime.line.end"),
    NUL("mime.nul"),
    TYPE_SYNTAX("mime.type.syntax"),
    ENCODING_VALUE("mime.encoding.value"),
    ENCODING_COMPOSITE("mime.encoding.composite"),
    ENCODING_UNDECLARED("mime.encoding.undeclared"),
    BOUNDARY_DUPLICATE("mime.boundary.duplicate"),
    BOUNDARY_SYNTAX("mime.boundary.syntax"),
    BOUNDARY_MISSING("mime.boundary.missing"),
    BOUNDARY_REUSED("mime.boundary.reused"),
    BOUNDARY_UNCLOSED("mime.boundary.unclosed"),
    PART_ASIDE("mime.part.aside"),
    BASE64_ODD("mime.base64.odd"),
    QUOTED_PRINTABLE_ODD("mime.quotedprintable.odd");

    private final String rule;

    Anomaly(String rule) {
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
