// Copy, set what is yours. The two secrets come from the environment of whoever deploys.
using './main.bicep'

param name = 'convo'
param image = 'REGISTRY.azurecr.io/empowering-conversations:0.3.0'
param registryName = 'REGISTRY'
param serviceMailbox = 'conversations@example.gc.ca'
param teamsAppId = ''
param databasePassword = readEnvironmentVariable('DATABASE_PASSWORD')
param selfIdKeys = readEnvironmentVariable('SELF_ID_KEYS', '')
