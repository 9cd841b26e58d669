package org.lazaret.mailets.james;

import org.apache.james.core.Username;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.api.UsersRepositoryException;
import org.lazaret.mailets.compat.Users;
import org.lazaret.portal.Accounts;
import org.lazaret.scan.log.Log;

/** Signs people in to the portal with their James accounts. A repository that does not answer lets nobody in. */
final class JamesAccounts implements Accounts {
    private static final Log LOGGER = Log.of(JamesAccounts.class);

    private final UsersRepository users;

    JamesAccounts(UsersRepository users) {
        this.users = users;
    }

    @Override
    public boolean signIn(String address, String password) {
        try {
            return Users.passwordMatches(users, Username.of(address), password);
        } catch (UsersRepositoryException e) {
            LOGGER.error("The users repository does not answer; nobody can sign in to the portal", e);
            return false;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
