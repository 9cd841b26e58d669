package org.lazaret.it.crash;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * {@code -javaagent:JAR=POINT:N:FILE}: sends the own process SIGKILL at the Nth pass of a {@link CrashPoint} since there is that file. The
 * thread that gets there does not go on; a shell that was started beforehand sends the signal, so that the other threads have next to no time
 * to.
 *
 * <p>When the class has no such call any more, the process ends with status {@value #NO_SUCH_CALL}: a point that cannot be reached is a fault
 * of the test.
 */
public final class CrashAgent {
    public static final int NO_SUCH_CALL = 99;
    private static final AtomicInteger PASSES = new AtomicInteger();
    private static volatile int fatalPass;
    private static volatile @Nullable Path armed;
    private static volatile @Nullable Process killer;

    private CrashAgent() {
    }

    public static void premain(String argument, Instrumentation instrumentation) throws IOException {
        String[] parts = argument.split(":", 3);
        CrashPoint point = CrashPoint.valueOf(parts[0]);
        fatalPass = Integer.parseInt(parts[1]);
        armed = Path.of(parts[2]);
        killer = new ProcessBuilder("sh", "-c", "read line && kill -9 \"$0\"", String.valueOf(ProcessHandle.current().pid())).start();
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte @Nullable [] transform(ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] classFile) {
                return point.isIn(name) ? changed(point, name, classFile) : null;
            }
        });
    }

    /** Called by the changed class. */
    public static void pass() {
        Process shell = killer;
        Path file = armed;
        if (shell != null && file != null && Files.exists(file) && PASSES.incrementAndGet() == fatalPass) {
            try {
                shell.getOutputStream().write("now\n".getBytes(StandardCharsets.US_ASCII));
                shell.getOutputStream().flush();
            } catch (IOException e) {
                Runtime.getRuntime().halt(NO_SUCH_CALL);
            }
            while (true) {
                LockSupport.park();
            }
        }
    }

    private static byte[] changed(CrashPoint point, String name, byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, 0);
        AtomicInteger calls = new AtomicInteger();
        reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public MethodVisitor visitMethod(int access, String method, String descriptor, String signature, String[] exceptions) {
                MethodVisitor visitor = super.visitMethod(access, method, descriptor, signature, exceptions);
                return point.isIn(name, method) ? new Hook(visitor, point, calls) : visitor;
            }
        }, 0);
        if (calls.get() == 0) {
            System.err.println(point + ": " + name + " has no such call");
            Runtime.getRuntime().halt(NO_SUCH_CALL);
        }
        return writer.toByteArray();
    }

    private static final class Hook extends MethodVisitor {
        private final CrashPoint point;
        private final AtomicInteger calls;

        Hook(MethodVisitor next, CrashPoint point, AtomicInteger calls) {
            super(Opcodes.ASM9, next);
            this.point = point;
            this.calls = calls;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String method, String descriptor, boolean isInterface) {
            boolean here = point.isCall(owner, method);
            if (here && point.side() == CrashPoint.Side.BEFORE) {
                pass();
            }
            super.visitMethodInsn(opcode, owner, method, descriptor, isInterface);
            if (here && point.side() == CrashPoint.Side.AFTER) {
                pass();
            }
        }

        private void pass() {
            calls.incrementAndGet();
            // Takes nothing from the stack and leaves nothing: frames and sizes stay as they are.
            super.visitMethodInsn(Opcodes.INVOKESTATIC, "org/lazaret/it/crash/CrashAgent", "pass", "()V", false);
        }
    }
}
