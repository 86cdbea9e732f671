package main

import (
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// newKubeconfig has one cluster and a context for every user. The names of the
// entries begin with the plane's name, so that the kubeconfigs of several
// planes can stand in one KUBECONFIG list without taking each other's users.
func newKubeconfig(plane, server string, caPEM []byte, users []user, admin pair) *api.Config {
	config := api.NewConfig()
	config.CurrentContext = plane
	config.Clusters[plane] = &api.Cluster{Server: server, CertificateAuthorityData: caPEM}
	for _, user := range users {
		entry := &api.AuthInfo{Token: user.token}
		if user.token == "" {
			entry = &api.AuthInfo{ClientCertificateData: admin.certificate, ClientKeyData: admin.key}
		}
		userEntry := plane + "-" + user.name
		config.AuthInfos[userEntry] = entry
		config.Contexts[plane+user.contextSuffix] = &api.Context{Cluster: plane, AuthInfo: userEntry, Namespace: "default"}
	}
	return config
}

// writeChildKubeconfig writes what a child signs in with. Each child is a user
// of its own, so that the audit log tells its deletes from those of a test.
func writeChildKubeconfig(path, server string, caPEM []byte, identity pair) error {
	config := api.NewConfig()
	config.CurrentContext = "child"
	config.Clusters["child"] = &api.Cluster{Server: server, CertificateAuthorityData: caPEM}
	config.AuthInfos["child"] = &api.AuthInfo{ClientCertificateData: identity.certificate, ClientKeyData: identity.key}
	config.Contexts["child"] = &api.Context{Cluster: "child", AuthInfo: "child"}
	return clientcmd.WriteToFile(*config, path)
}
