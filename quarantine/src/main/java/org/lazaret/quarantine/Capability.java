package org.lazaret.quarantine;

import java.time.Instant;

/**
 * What a verified link entitles its bearer to: this record, as this recipient, until then.
 *
 * @param recipient envelope recipient, as it was held
 */
public record Capability(RecordId record, String recipient, Instant expires) {
}
