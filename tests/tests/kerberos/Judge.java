import java.util.Arrays;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import sun.security.krb5.Config;
import sun.security.krb5.internal.crypto.EType;

/**
 * What Java makes of a krb5.conf and of a keytab.
 *
 * <p>{@code enctypes FILE…} prints a line for each file: the encryption types of its permitted_enctypes, or "none".
 * {@code login FILE PRINCIPAL…} logs in with pairs of keytab and principal, and prints "ok" or the reason for each.
 */
public class Judge {
    public static void main(String[] arguments) throws Exception {
        for (int i = 1; i < arguments.length; i++) {
            System.out.println(
                    arguments[0].equals("enctypes") ? enctypes(arguments[i]) : login(arguments[i], arguments[++i]));
        }
    }

    private static String enctypes(String file) throws Exception {
        System.setProperty("java.security.krb5.conf", file);
        Config.refresh();
        try {
            return Arrays.toString(EType.getDefaults("permitted_enctypes"));
        } catch (sun.security.krb5.KrbException none) {
            return "none";
        }
    }

    private static String login(String keytab, String principal) {
        Map<String, String> options =
                Map.of("useKeyTab", "true", "storeKey", "true", "doNotPrompt", "true", "keyTab", keytab, "principal", principal);
        Configuration configuration =
                new Configuration() {
                    @Override
                    public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                        String module = "com.sun.security.auth.module.Krb5LoginModule";
                        return new AppConfigurationEntry[] {
                            new AppConfigurationEntry(module, LoginModuleControlFlag.REQUIRED, options)
                        };
                    }
                };
        try {
            new LoginContext("judge", new Subject(), null, configuration).login();
            return "ok";
        } catch (LoginException refused) {
            return refused.getMessage();
        }
    }
}
