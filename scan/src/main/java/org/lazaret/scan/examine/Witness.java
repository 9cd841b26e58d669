package org.lazaret.scan.examine;

import org.lazaret.scan.inspect.Item;

/** Is told of each item whose content is examined, attachments and what is inside of them, before the analysers see it. */
@FunctionalInterface
public interface Witness {

    /**
     * @param decrypted whether it was taken out of something that words of the mail may have been needed to open
     * @return whether the content must stay readable until the end of the scan
     */
    boolean saw(Item item, boolean decrypted);
}
