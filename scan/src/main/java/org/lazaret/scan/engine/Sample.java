package org.lazaret.scan.engine;

import org.lazaret.scan.inspect.Content;

/**
 * Bytes to judge.
 *
 * @param name      as found in the mail: encode it for where it is sent to
 * @param mediaType detected, lower case
 */
public record Sample(String name, String mediaType, Content content) {
}
