// Everything of one installation in one resource group: the bot's registration and its identity, the
// database, the vault, and the program as two container apps and a migration job. Canada Central.
//
//   az deployment group create -g conversations -f main.bicep -p main.bicepparam
//
// docs/operations.md has what comes before (the image, the mailbox) and after (consent, doctor, first roles).

@description('Where everything is: data of the public service stays in Canada.')
@allowed(['canadacentral', 'canadaeast'])
param location string = 'canadacentral'

@description('Beginning of every name: letters and digits.')
@minLength(3)
@maxLength(11)
param name string = 'convo'

@description('The image, with its tag: REGISTRY.azurecr.io/empowering-conversations:0.3.0.')
param image string

@description('Name of the container registry, in this resource group. The identity may pull from it.')
param registryName string

@description('The mailbox that holds the meetings and sends the mail.')
param serviceMailbox string

@description('The id of the Teams app in the tenant\'s catalogue. Empty until it is uploaded.')
param teamsAppId string = ''

@secure()
@minLength(16)
@description('Password of the database\'s owner. Kept in the vault from here on.')
param databasePassword string

@secure()
@description('Keys of self-identification, newest first (python -m bot self-id key). Empty: it is not asked.')
param selfIdKeys string = ''

@description('Address of a domain of your own in front of web (https://…). Empty: the one that Container Apps give.')
param publicUrl string = ''

@description('More settings of README.md, by name.')
param moreSettings object = {}

var suffix = uniqueString(resourceGroup().id)
var databaseName = 'conversations'
var databaseOwner = 'bot'

// ---------------------------------------------------------------------------------------- who it is

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-bot'
  location: location
}

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: '${name}-${suffix}'
  location: 'global'
  kind: 'azurebot'
  sku: { name: 'S1' }
  properties: {
    displayName: 'Empowering Conversations · Le pouvoir d\'en parler'
    endpoint: 'https://${web.properties.configuration.ingress.fqdn}/api/messages'
    msaAppType: 'UserAssignedMSI'
    msaAppId: identity.properties.clientId
    msaAppTenantId: identity.properties.tenantId
    msaAppMSIResourceId: identity.id
    disableLocalAuth: true
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  properties: {
    channelName: 'MsTeamsChannel'
    properties: { isEnabled: true }
  }
}

// ---------------------------------------------------------------------------------------- what it keeps

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: '${name}-network'
  location: location
  properties: {
    addressSpace: { addressPrefixes: ['10.60.0.0/16'] }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: '10.60.0.0/23'
          delegations: [
            { name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
        }
      }
      {
        name: 'database'
        properties: {
          addressPrefix: '10.60.4.0/28'
          delegations: [
            { name: 'database', properties: { serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers' } }
          ]
        }
      }
    ]
  }
}

resource databaseZone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: '${name}.private.postgres.database.azure.com'
  location: 'global'

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: '${name}-${suffix}'
  location: location
  sku: { name: 'Standard_D2ds_v5', tier: 'GeneralPurpose' }
  properties: {
    version: '16'
    administratorLogin: databaseOwner
    administratorLoginPassword: databasePassword
    authConfig: { passwordAuth: 'Enabled', activeDirectoryAuth: 'Disabled' }
    storage: { storageSizeGB: 64, autoGrow: 'Enabled' }
    // Point-in-time restore over these days; docs/operations.md has what to do after one.
    backup: { backupRetentionDays: 35, geoRedundantBackup: 'Enabled' }
    highAvailability: { mode: 'ZoneRedundant' }
    network: {
      delegatedSubnetResourceId: network.properties.subnets[1].id
      privateDnsZoneArmResourceId: databaseZone.id
    }
  }
  dependsOn: [databaseZone::link]

  resource conversations 'databases' = {
    name: databaseName
    properties: { charset: 'UTF8', collation: 'en_US.utf8' }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: '${name}-${take(suffix, 8)}'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 90
  }

  resource databaseUrl 'secrets' = {
    name: 'database-url'
    properties: {
      value: 'postgresql+asyncpg://${databaseOwner}:${uriComponent(databasePassword)}@${database.properties.fullyQualifiedDomainName}/${databaseName}?ssl=require'
    }
  }

  // What the scaler reads with; it knows PostgreSQL's own form alone.
  resource scalerUrl 'secrets' = {
    name: 'scaler-url'
    properties: {
      value: 'postgresql://${databaseOwner}:${uriComponent(databasePassword)}@${database.properties.fullyQualifiedDomainName}/${databaseName}?sslmode=require'
    }
  }

  resource keys 'secrets' = if (!empty(selfIdKeys)) {
    name: 'self-id-keys'
    properties: { value: selfIdKeys }
  }
}

// Key Vault Secrets User
resource readsVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, 'secrets')
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: registryName
}

// AcrPull
resource pullsImages 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, identity.id, 'pull')
  scope: registry
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// ---------------------------------------------------------------------------------------- what runs

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: { sku: { name: 'PerGB2018' }, retentionInDays: 90 }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-apps'
  location: location
  properties: {
    zoneRedundant: true
    vnetConfiguration: { infrastructureSubnetId: network.properties.subnets[0].id }
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

// A loop may only run over what is known before anything is made: what the identity adds comes after it.
var settings = union(
  {
    BOT_HOST: '0.0.0.0'
    BOT_PORT: '3978'
    BOT_METRICS_PORT: '9090'
    BOT_LOG_FORMAT: 'json'
    BOT_APP_TYPE: 'UserAssignedMSI'
    BOT_SERVICE_MAILBOX: serviceMailbox
    BOT_TEAMS_APP_ID: teamsAppId
  },
  moreSettings
)
var plainEnv = [for setting in items(settings): { name: setting.key, value: setting.value }]
var identityEnv = [
  { name: 'BOT_APP_ID', value: identity.properties.clientId }
  { name: 'BOT_TENANT_ID', value: identity.properties.tenantId }
  // Where Graph tells of changes in the mailbox: the address of `web`, which is known before it is made.
  { name: 'BOT_PUBLIC_URL', value: empty(publicUrl) ? 'https://${name}-web.${environment.properties.defaultDomain}' : publicUrl }
]
var secretEnv = concat(
  [{ name: 'BOT_DATABASE_URL', secretRef: 'database-url' }],
  empty(selfIdKeys) ? [] : [{ name: 'BOT_SELF_ID_KEYS', secretRef: 'self-id-keys' }]
)
var env = concat(plainEnv, identityEnv, secretEnv)

var databaseSecret = [
  { name: 'database-url', keyVaultUrl: '${vault.properties.vaultUri}secrets/database-url', identity: identity.id }
]
var scalerSecret = [
  { name: 'scaler-url', keyVaultUrl: '${vault.properties.vaultUri}secrets/scaler-url', identity: identity.id }
]
var keysSecret = empty(selfIdKeys) ? [] : [
  { name: 'self-id-keys', keyVaultUrl: '${vault.properties.vaultUri}secrets/self-id-keys', identity: identity.id }
]
var secrets = concat(databaseSecret, keysSecret)
var identities = { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
var registries = [{ server: registry.properties.loginServer, identity: identity.id }]
var probes = [
  {
    type: 'Startup'
    httpGet: { path: '/health/ready', port: 3978 }
    periodSeconds: 5
    timeoutSeconds: 4
    failureThreshold: 10 // no more are taken
  }
  {
    type: 'Readiness'
    httpGet: { path: '/health/ready', port: 3978 }
    periodSeconds: 5
    timeoutSeconds: 4
    failureThreshold: 2
  }
  {
    type: 'Liveness'
    httpGet: { path: '/health/live', port: 3978 }
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  }
]

resource web 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-web'
  location: location
  identity: identities
  properties: {
    managedEnvironmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: { external: true, targetPort: 3978, transport: 'http', allowInsecure: false }
      registries: registries
      secrets: secrets
    }
    template: {
      terminationGracePeriodSeconds: 40
      containers: [
        {
          name: 'bot'
          image: image
          args: ['run']
          env: concat(env, [{ name: 'BOT_ROLE', value: 'web' }])
          probes: probes
          resources: { cpu: json('0.5'), memory: '1Gi' }
        }
      ]
      scale: {
        minReplicas: 2
        maxReplicas: 6
        rules: [{ name: 'turns', http: { metadata: { concurrentRequests: '30' } } }]
      }
    }
  }
  dependsOn: [readsVault, pullsImages, vault::databaseUrl, vault::keys]
}

resource worker 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-worker'
  location: location
  identity: identities
  properties: {
    managedEnvironmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: registries
      secrets: concat(secrets, scalerSecret)
    }
    template: {
      terminationGracePeriodSeconds: 60
      containers: [
        {
          name: 'bot'
          image: image
          args: ['run']
          env: concat(env, [{ name: 'BOT_ROLE', value: 'worker' }])
          probes: probes
          resources: { cpu: json('0.5'), memory: '1Gi' }
        }
      ]
      scale: {
        minReplicas: 2
        maxReplicas: 4
        rules: [
          {
            // How long the oldest due row has waited: what people notice.
            name: 'oldest-due-row'
            custom: {
              type: 'postgresql'
              metadata: {
                query: 'SELECT COALESCE(EXTRACT(EPOCH FROM now() - min(due_at)), 0)::int FROM outbox WHERE state = \'pending\' AND due_at <= now()'
                targetQueryValue: '30'
              }
              auth: [{ secretRef: 'scaler-url', triggerParameter: 'connection' }]
            }
          }
        ]
      }
    }
  }
  dependsOn: [readsVault, pullsImages, vault::databaseUrl, vault::scalerUrl, vault::keys]
}

// Started once a release, before the new image is given to the apps: az containerapp job start.
resource migrate 'Microsoft.App/jobs@2024-03-01' = {
  name: '${name}-migrate'
  location: location
  identity: identities
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      replicaTimeout: 900
      replicaRetryLimit: 3
      registries: registries
      secrets: secrets
    }
    template: {
      containers: [
        {
          name: 'bot'
          image: image
          args: ['migrate']
          env: env
          resources: { cpu: json('0.5'), memory: '1Gi' }
        }
      ]
    }
  }
  dependsOn: [readsVault, pullsImages, vault::databaseUrl, vault::keys]
}

// A place to type commands at, also while neither web nor worker runs. No replica until somebody asks:
//   az containerapp update -g conversations -n convo-desk --min-replicas 1
//   az containerapp exec -g conversations -n convo-desk --command 'python -m bot doctor --deep'
resource desk 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-desk'
  location: location
  identity: identities
  properties: {
    managedEnvironmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: registries
      secrets: secrets
    }
    template: {
      containers: [
        {
          name: 'bot'
          image: image
          command: ['python', '-c', 'import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit()); signal.pause()']
          env: env
          resources: { cpu: json('0.5'), memory: '1Gi' }
        }
      ]
      scale: { minReplicas: 0, maxReplicas: 1 }
    }
  }
  dependsOn: [readsVault, pullsImages, vault::databaseUrl, vault::keys]
}

output messagingEndpoint string = bot.properties.endpoint
output botAppId string = identity.properties.clientId
output identityPrincipalId string = identity.properties.principalId
output vaultName string = vault.name
