/**
 * What to do with a mail? Takes a {@link org.lazaret.scan.Verdict}, the envelope and the settings and hands on an
 * {@link org.lazaret.policy.Action} for each recipient. Pure: the settings file is read here, and nothing else is touched.
 */
@NullMarked
package org.lazaret.policy;

import org.jspecify.annotations.NullMarked;
