/**
 * James mailets, each a verb that reads its parameters, calls one thing and is done: {@code RemoveForgedHeaders},
 * {@code ScanAttachments}, {@code Quarantine}, {@code AddWarningHeaders}, in the order of a mail's way through the {@code transport}
 * processor. Parameters that a mailet does not know stop the start.
 */
@NullMarked
package org.lazaret.mailets;

import org.jspecify.annotations.NullMarked;
