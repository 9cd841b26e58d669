/**
 * Allow and block lists: takes who a mail is from and to and what is attached, and hands on a {@link org.lazaret.policy.lists.Listing} for
 * each recipient. Kept behind the port {@link org.lazaret.policy.lists.EntryStore}, so that all nodes have the same.
 */
@NullMarked
package org.lazaret.policy.lists;

import org.jspecify.annotations.NullMarked;
