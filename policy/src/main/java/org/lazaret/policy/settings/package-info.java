/**
 * The settings of an installation: {@link org.lazaret.policy.settings.Settings}, read once from {@code lazaret.properties} into
 * immutable records. An unknown or malformed key stops the start and names file, key, value and what is allowed.
 */
@NullMarked
package org.lazaret.policy.settings;

import org.jspecify.annotations.NullMarked;
