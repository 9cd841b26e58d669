/**
 * The audit: who did what, chained such that nothing in it can be changed unseen. Takes entries and hands on links of the chain, as JSON in one
 * exact form, and what a check of them finds. Where they are kept is the index's business.
 */
@NullMarked
package org.lazaret.quarantine.audit;

import org.jspecify.annotations.NullMarked;
