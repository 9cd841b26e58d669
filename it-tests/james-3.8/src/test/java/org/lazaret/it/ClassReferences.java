package org.lazaret.it;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.TreeSet;

/** What a class file names in its constant pool (JVMS 4.4): classes, descriptors and strings. */
final class ClassReferences {
    private ClassReferences() {
    }

    static TreeSet<String> of(InputStream classFile) throws IOException {
        TreeSet<String> texts = new TreeSet<>();
        DataInputStream in = new DataInputStream(classFile);
        if (in.readInt() != 0xcafebabe) {
            throw new IOException("No class file");
        }
        in.readInt();
        int count = in.readUnsignedShort();
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts.add(in.readUTF());
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.readInt();
                case 5, 6 -> {
                    in.readLong();
                    i++;
                }
                case 7, 8, 16, 19, 20 -> in.readUnsignedShort();
                case 15 -> {
                    in.readUnsignedByte();
                    in.readUnsignedShort();
                }
                default -> throw new IOException("Unknown constant " + tag);
            }
        }
        return texts;
    }
}
