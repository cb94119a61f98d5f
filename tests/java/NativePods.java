import java.io.File;
import java.util.concurrent.Executors;
import org.apache.flink.client.deployment.ClusterSpecification;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.kubernetes.entrypoint.KubernetesSessionClusterEntrypoint;
import org.apache.flink.kubernetes.kubeclient.Fabric8FlinkKubeClient;
import org.apache.flink.kubernetes.kubeclient.FlinkPod;
import org.apache.flink.kubernetes.kubeclient.factory.KubernetesJobManagerFactory;
import org.apache.flink.kubernetes.kubeclient.parameters.KubernetesJobManagerParameters;
import org.apache.flink.kubernetes.shaded.io.fabric8.kubernetes.client.Config;
import org.apache.flink.kubernetes.shaded.io.fabric8.kubernetes.client.ConfigBuilder;
import org.apache.flink.kubernetes.shaded.io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.apache.flink.kubernetes.shaded.io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import org.apache.flink.kubernetes.shaded.io.fabric8.kubernetes.client.utils.Serialization;
import org.apache.flink.kubernetes.utils.KubernetesUtils;

/** Prints the Deployment that Flink's native integration makes of a pod template; it asks no Kubernetes for anything. */
public class NativePods {
    public static void main(String[] arguments) throws Exception {
        Configuration configuration = new Configuration();
        String[][] settings = {
            {"kubernetes.cluster-id", "guide"},
            {"kubernetes.namespace", "guide"},
            {"kubernetes.container.image.ref", "flink:test"},
            {"kubernetes.pod-template-file.default", arguments[0]},
            {"$internal.deployment.config-dir", arguments[1]},
            {"kubernetes.internal.jobmanager.entrypoint.class", KubernetesSessionClusterEntrypoint.class.getName()},
            {"execution.target", "kubernetes-session"},
            {"jobmanager.memory.process.size", "2g"},
            {"taskmanager.memory.process.size", "2g"},
            {"jobmanager.rpc.port", "6123"},
            {"blob.server.port", "6124"},
            {"taskmanager.rpc.port", "6122"},
            {"rest.port", "8081"},
        };
        for (String[] setting : settings) {
            configuration.setString(setting[0], setting[1]);
        }
        Config nowhere = new ConfigBuilder(Config.empty()).withMasterUrl("http://localhost:1").build();
        NamespacedKubernetesClient client =
            new KubernetesClientBuilder().withConfig(nowhere).build().adapt(NamespacedKubernetesClient.class);
        FlinkPod template = KubernetesUtils.loadPodFromTemplateFile(
            new Fabric8FlinkKubeClient(configuration, client, Executors.newScheduledThreadPool(1)),
            new File(arguments[0]),
            "flink-main-container");
        ClusterSpecification size = new ClusterSpecification.ClusterSpecificationBuilder().createClusterSpecification();
        System.out.println(Serialization.asJson(KubernetesJobManagerFactory.buildKubernetesJobManagerSpecification(
            template, new KubernetesJobManagerParameters(configuration, size)).getDeployment()));
        System.exit(0);
    }
}
