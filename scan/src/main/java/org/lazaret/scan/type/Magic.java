package org.lazaret.scan.type;

import java.util.List;

/**
 * Fixed byte sequences at fixed places. What needs more than that (PE, zip, class files, text) has a class or method of its own.
 *
 * @param at    offset in bytes
 * @param bytes as Latin-1 characters; {@code \u0100} stands for any byte
 */
record Magic(int at, String bytes, Type type) {
    static final char ANY = '\u0100';

    static final List<Magic> TABLE = List.of(
        // executables
        new Magic(0, "\177ELF", Type.ELF),
        new Magic(0, "\376\355\372\316", Type.MACH_O),
        new Magic(0, "\316\372\355\376", Type.MACH_O),
        new Magic(0, "\376\355\372\317", Type.MACH_O),
        new Magic(0, "\317\372\355\376", Type.MACH_O),
        new Magic(0, "dex\n", Type.DEX),
        new Magic(0, "dey\n", Type.DEX),
        new Magic(0, "cdex", Type.DEX),
        new Magic(0, "\000asm", Type.WASM),
        // [MS-SHLLINK] 2.1: HeaderSize and LinkCLSID 00021401-0000-0000-C000-000000000046
        new Magic(0, "\114\000\000\000\001\024\002\000\000\000\000\000\300\000\000\000\000\000\000\106", Type.LNK),
        new Magic(0, "ITSF", Type.CHM),
        new Magic(0, "ITOLITLS", Type.CHM),
        // documents
        new Magic(0, "\320\317\021\340\241\261\032\341", Type.OLE2),
        new Magic(0, "\344\122\134\173\214\330\247\115\256\261\123\170\320\051\226\323", Type.ONENOTE),
        new Magic(0, "\241\057\377\103\331\357\166\114\236\342\020\352\127\042\166\137", Type.ONENOTE),
        new Magic(0, "\077\335\232\020\033\221\365\111\245\320\027\221\355\310\256\330", Type.ONENOTE),
        new Magic(0, "\000\001\000\000Standard Jet DB", Type.MS_ACCESS),
        new Magic(0, "\000\001\000\000Standard ACE DB", Type.MS_ACCESS),
        new Magic(0, "\000\001\000\000Jet System DB", Type.MS_ACCESS),
        new Magic(0, "\170\237\076\042", Type.TNEF),
        new Magic(0, "%!PS", Type.POSTSCRIPT),
        new Magic(0, "\004%!PS", Type.POSTSCRIPT),
        new Magic(0, "\305\320\323\306", Type.POSTSCRIPT),
        new Magic(0, "!BDN", Type.PST),
        // archives
        new Magic(0, "7z\274\257\047\034", Type.SEVEN_ZIP),
        new Magic(0, "Rar!\032\007\000", Type.RAR4),
        new Magic(0, "Rar!\032\007\001\000", Type.RAR5),
        new Magic(0, "RE~^", Type.RAR4),
        new Magic(257, "ustar", Type.TAR),
        new Magic(0, "\037\213", Type.GZIP),
        new Magic(0, "BZh\u0100\061\101\131\046\123\131", Type.BZIP2),
        new Magic(0, "BZh\u0100\027\162\105\070\120\220", Type.BZIP2),
        new Magic(0, "\3757zXZ\000", Type.XZ),
        new Magic(0, "LZIP", Type.LZIP),
        new Magic(0, "\050\265\057\375", Type.ZSTD),
        new Magic(0, "\004\042\115\030", Type.LZ4),
        new Magic(0, "\002\041\114\030", Type.LZ4),
        new Magic(0, "\037\235", Type.UNIX_COMPRESS),
        new Magic(0, "\037\240", Type.UNIX_COMPRESS),
        new Magic(0, "MSCF", Type.CAB),
        new Magic(0, "ISc(", Type.CAB),
        new Magic(0, "\140\352", Type.ARJ),
        new Magic(0, "!<arch>\n", Type.AR),
        new Magic(0, "!<thin>\n", Type.AR),
        new Magic(0, "070701", Type.CPIO),
        new Magic(0, "070702", Type.CPIO),
        new Magic(0, "070707", Type.CPIO),
        new Magic(0, "\307\161", Type.CPIO),
        new Magic(0, "\161\307", Type.CPIO),
        new Magic(2, "-lh\u0100-", Type.LHA),
        new Magic(2, "-lz\u0100-", Type.LHA),
        new Magic(2, "-pm\u0100-", Type.LHA),
        new Magic(7, "**ACE**", Type.ACE),
        new Magic(0, "\355\253\356\333", Type.RPM),
        new Magic(0, "SZDD\210\360\047\063", Type.SZDD),
        new Magic(0, "KWAJ\210\360\047\321", Type.SZDD),
        new Magic(0, "SZ\040\210\360\047\063", Type.SZDD),
        new Magic(0, "xar!", Type.XAR),
        new Magic(0, "ALZ\001", Type.ALZ),
        new Magic(0, "EGGA", Type.EGG),
        // zoo, StuffIt, lzop, lrzip, ZPAQ, LZX, UHARC, PEA: nothing here opens them
        new Magic(20, "\334\247\304\375", Type.ODD_ARCHIVE),
        new Magic(0, "SIT!", Type.ODD_ARCHIVE),
        new Magic(0, "StuffIt (c)", Type.ODD_ARCHIVE),
        new Magic(0, "StuffIt!", Type.ODD_ARCHIVE),
        new Magic(0, "\211LZO\000\015\012\032\012", Type.ODD_ARCHIVE),
        new Magic(0, "LRZI", Type.ODD_ARCHIVE),
        new Magic(0, "7kSt\240\061\203\323", Type.ODD_ARCHIVE),
        new Magic(0, "zPQ", Type.ODD_ARCHIVE),
        new Magic(0, "LZX\000\012", Type.ODD_ARCHIVE),
        new Magic(0, "UHA\006", Type.ODD_ARCHIVE),
        new Magic(0, "PEA\000", Type.ODD_ARCHIVE),
        new Magic(0, "\172\032\040\020", Type.SIS),
        new Magic(8, "\031\004\000\020", Type.SIS),
        // disk images
        new Magic(0x8001, "CD001", Type.ISO9660),
        new Magic(0x8801, "CD001", Type.ISO9660),
        new Magic(0x9001, "CD001", Type.ISO9660),
        new Magic(0x9311, "CD001", Type.ISO9660),
        new Magic(0x9319, "CD001", Type.ISO9660),
        new Magic(0, "conectix", Type.VHD),
        new Magic(0, "vhdxfile", Type.VHDX),
        new Magic(0, "MSWIM\000\000\000", Type.WIM),
        new Magic(0, "WLPWM\000\000\000", Type.WIM),
        new Magic(0, "KDMV", Type.DISK_IMAGE),
        new Magic(0, "COWD", Type.DISK_IMAGE),
        new Magic(0, "# Disk DescriptorFile", Type.DISK_IMAGE),
        new Magic(0x40, "\177\020\332\276", Type.DISK_IMAGE),
        new Magic(0, "QFI\373", Type.DISK_IMAGE),
        new Magic(0, "hsqs", Type.DISK_IMAGE),
        new Magic(0, "DAA\000\000\000", Type.DISK_IMAGE),
        new Magic(0, "ISz!", Type.DISK_IMAGE),
        new Magic(0, "encrcdsa", Type.DMG),
        // pictures
        new Magic(0, "\211PNG\r\n\032\n", Type.PNG),
        new Magic(0, "\377\330\377", Type.JPEG),
        new Magic(0, "GIF87a", Type.GIF),
        new Magic(0, "GIF89a", Type.GIF),
        new Magic(0, "II*\000", Type.TIFF),
        new Magic(0, "MM\000*", Type.TIFF),
        new Magic(0, "II+\000", Type.TIFF),
        new Magic(0, "MM\000+", Type.TIFF),
        new Magic(0, "RIFF\u0100\u0100\u0100\u0100WEBP", Type.WEBP),
        new Magic(0, "\000\000\001\000", Type.ICO),
        new Magic(0, "\000\000\002\000", Type.ICO),
        new Magic(40, " EMF", Type.EMF),
        new Magic(0, "\327\315\306\232", Type.WMF),
        new Magic(0, "\001\000\011\000\000\003", Type.WMF),
        new Magic(4, "ftypheic", Type.HEIF),
        new Magic(4, "ftypheix", Type.HEIF),
        new Magic(4, "ftyphevc", Type.HEIF),
        new Magic(4, "ftypmif1", Type.HEIF),
        new Magic(4, "ftypmsf1", Type.HEIF),
        new Magic(4, "ftypavif", Type.HEIF),
        new Magic(4, "ftypavis", Type.HEIF),
        // sound, film, fonts
        new Magic(0, "ID3", Type.AUDIO),
        new Magic(0, "\377\373", Type.AUDIO),
        new Magic(0, "\377\363", Type.AUDIO),
        new Magic(0, "\377\372", Type.AUDIO),
        new Magic(0, "\377\362", Type.AUDIO),
        new Magic(0, "OggS", Type.AUDIO),
        new Magic(0, "fLaC", Type.AUDIO),
        new Magic(0, "RIFF\u0100\u0100\u0100\u0100WAVE", Type.AUDIO),
        new Magic(0, "MThd", Type.AUDIO),
        new Magic(0, "#!AMR", Type.AUDIO),
        new Magic(0, ".snd", Type.AUDIO),
        new Magic(0, "FORM\u0100\u0100\u0100\u0100AIF", Type.AUDIO),
        new Magic(0, "RIFF\u0100\u0100\u0100\u0100AVI ", Type.VIDEO),
        new Magic(0, "\032\105\337\243", Type.VIDEO),
        new Magic(0, "\000\000\001\272", Type.VIDEO),
        new Magic(0, "\000\000\001\263", Type.VIDEO),
        new Magic(0, "FLV\001", Type.VIDEO),
        new Magic(0, "\060\046\262\165\216\146\317\021", Type.VIDEO),
        new Magic(4, "moov", Type.VIDEO),
        new Magic(4, "mdat", Type.VIDEO),
        new Magic(0, "\000\001\000\000\000", Type.FONT),
        new Magic(0, "OTTO", Type.FONT),
        new Magic(0, "ttcf", Type.FONT),
        new Magic(0, "wOFF", Type.FONT),
        new Magic(0, "wOF2", Type.FONT),
        new Magic(0, "FWS", Type.FLASH),
        new Magic(0, "CWS", Type.FLASH),
        new Magic(0, "ZWS", Type.FLASH));

    /** Bytes at the beginning that are looked at: up to where the volume structures of UDF end. */
    static final int REACH = 24 * 2048 + 8;


    boolean matches(Bytes head) {
        for (int i = 0; i < bytes.length(); i++) {
            char expected = bytes.charAt(i);
            int seen = head.u8(at + i);
            if (seen < 0 || expected != ANY && seen != expected) {
                return false;
            }
        }
        return true;
    }
}
