package org.lazaret.mailets.compat;

import org.apache.james.core.Username;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.api.UsersRepositoryException;

/** James 3.9: {@code UsersRepository.test} gives the user that signed in. */
public final class Users {
    private Users() {
    }

    public static boolean passwordMatches(UsersRepository users, Username username, String password) throws UsersRepositoryException {
        return users.test(username, password).isPresent();
    }
}
