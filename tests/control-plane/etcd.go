package main

import (
	"fmt"
	"net/url"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// etcdQuota leaves room for runs with a hundred thousand pods.
const etcdQuota = 8 << 30

// startEtcd starts the store in this process and gives the address of its
// clients. Nothing stops it: it ends with the process, and so does its data's
// use, hence no fsync.
func startEtcd(layout layout) (string, error) {
	// A peer on a unix path is refused, so it has a port that no one uses.
	anyPort := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	config := embed.NewConfig()
	config.Name = "plane"
	config.Dir = layout.etcdData
	config.ListenPeerUrls, config.AdvertisePeerUrls = anyPort, anyPort
	config.ListenClientUrls, config.AdvertiseClientUrls = anyPort, anyPort
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.EnableGRPCGateway = false
	config.UnsafeNoFsync = true
	config.QuotaBackendBytes = etcdQuota
	config.LogLevel = "error" // at "warn" it tells of every request
	config.LogOutputs = []string{layout.etcdLog}

	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return "", fmt.Errorf("start etcd: %w", err)
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return "http://" + etcd.Clients[0].Addr().String(), nil
	case err := <-etcd.Err():
		return "", fmt.Errorf("start etcd: %w", err)
	case <-time.After(startDeadline):
		return "", fmt.Errorf("etcd is not ready after %s", startDeadline)
	}
}
